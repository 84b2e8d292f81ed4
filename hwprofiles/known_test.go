package hwprofiles

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles/products"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// TestMeant holds what names of products, of instances and of systems' reports find.
func TestMeant(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"pixel-8", "tensor-g3"}, {"Galaxy S23 Ultra", "snapdragon-8gen2"}, {"iphone 15 pro", "apple-ane-a17-pro"},
		{"rk3588s", "rk3588"}, {"odroid-n2", "amlogic-s922x"}, {"macbook air m2", "apple-m2"}, {"rpi-3", "rpi-3b"},
		{"k80", "tesla-k80"}, {"m60", "tesla-m60"}, {"n97", "intel-n97"}, {"arc-a750", "arc-a750"},
		{"m4 max", "apple-m4-max"},
		{"core ultra 7 155h", "core-ultra-155h-cpu"}, {"i5-13600k", "core-i5-13600k"}, {"ryzen 9 5950x", "ryzen-5950x"},
		{"xeon platinum 8380", "xeon-8380"}, {"ampere-altra", "ampere-altra-q80"}, {"g4dn.xlarge", "t4"},
		{"p5.48xlarge", "h100-sxm5"}, {"p4de.24xlarge", "a100-sxm4-80"}, {"g2-standard-4", "l4"},
		{"Standard_NC4as_T4_v3", "t4"}, {"NVIDIA GeForce RTX 3060", "rtx3060"},
		{"Intel(R) Core(TM) i7-8565U CPU @ 1.80GHz", "core-i7-8565u"},
		{"11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", "core-i7-1165g7"},
		{"AMD Ryzen 7 5800X 8-Core Processor", "ryzen-5800x"}, {"AMD EPYC 7763 64-Core Processor", "epyc-7763"},
		{"AMD Ryzen 7 5700G with Radeon Graphics", "ryzen-5700g"}, {"Intel(R) Arc(TM) A770 Graphics", "arc-a770"},
		{"Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz", "xeon-8259cl"}, {"rtx4060ti 16gb", "rtx4060ti-16gb"},
		{"rpi-5-8gb", "rpi-5"}, {"h100-80gb", "h100-sxm5"}, {"orin nano@15W", "jetson-orin-nano-8@15W"},
		{"ndp120@98MHz", "ndp120@98MHz"},
	} {
		switch d, err := NewCatalog().Get(c.name); {
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case d.ID != c.want:
			t.Errorf("%s: got %s, want %s", c.name, d.ID, c.want)
		}
	}
}

// TestMeantErrors holds what is said of products that have no profile, or a part of a device.
func TestMeantErrors(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"pixel-10", "the nearest is tensor-g4"},
		{"c7g.xlarge", "it has 4 cores of graviton3; name that device and 4 threads"},
		{"n1-standard-8", "it has 4 cores of xeon-e5-2686v4"}, {"c7g", "it has some cores of graviton3"},
		{"standard_d4s_v5", "it has 2 cores of xeon-8375c"}, {"c6i.32xlarge", "it has 64 cores"},
		{"h100-96gb", "did you mean h100-"}, {"core ultra 5 125h", "did you mean core-ultra-125h-igpu"},
		{"xeon platinum 8277", "xeon-827"}, {"", "found no such id"}, {"@", "found no such id"}, {"(R)", "found no such id"},
		{"orin@15W", "found a name of many devices, expected one; name the module"},
		{"gpu", "name the card"}, {"MacBook Pro", "name the chip"}, {"mi250", "the nearest is mi250x"},
		{"standard_nv6ads_a10_v5", "found no such id"}, {"standard_nc24rs_v2", "found no such id"},
		{"Intel(R) Xeon(R) CPU @ 2.20GHz", `"Intel(R) Xeon(R) CPU @ 2.20GHz": found no such id`},
		{"gb", "found no such id"}, {"0gb", "found no such id"},
	} {
		if d, err := NewCatalog().Get(c.name); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v and error %v, want one that says %q", c.name, d, err, c.want)
		}
	}
}

// TestMeantOnlyForUsers holds that published tables are not matched by products: a phone has several processors.
func TestMeantOnlyForUsers(t *testing.T) {
	if d, err := NewCatalog().Named("Pixel 8"); err == nil {
		t.Errorf("Named found %s, want an error", d.ID)
	}
	if _, err := (&Catalog{}).Get("Pixel 8"); err == nil {
		t.Error("an empty catalogue found a device")
	}
}

// TestProducts holds that the table names devices of the catalogue, that a name stands once, and that no id or alias
// hides one.
func TestProducts(t *testing.T) {
	c, table := NewCatalog(), products.BuiltIn()
	seen, ours := map[string]string{}, map[string]string{}
	for _, e := range c.entries() {
		data, _ := e.Read()
		for _, n := range append(strictyaml.List(data, "aliases"), e.Name) {
			ours[spelling.Squash(n)] = e.Name
		}
	}
	row := func(device string, names []string) {
		if c.find(device, nil) == nil {
			t.Errorf("%s: found no such device", device)
		}
		for _, n := range names {
			key := spelling.Squash(n)
			if other, twice := seen[key]; twice {
				t.Errorf("%q stands for %s and for %s", n, other, device)
			}
			seen[key] = device
			if id, taken := ours[key]; taken {
				t.Errorf("%q of %s is an id or an alias of %s", n, device, id)
			}
		}
	}
	for device, names := range table.Inside {
		row(device, names)
	}
	for _, n := range table.Vague {
		if n.Device != "" || n.Why == "" || len(n.Names) == 0 {
			t.Errorf("%v: found a device, no names or nothing to name, expected names of many devices", n.Names)
		}
		for _, name := range n.Names {
			if seen[spelling.Squash(name)] != "" || ours[spelling.Squash(name)] != "" {
				t.Errorf("%q is a name of one device as well", name)
			}
		}
	}
	for _, n := range table.Near {
		if row(n.Device, n.Names); n.Why == "" || len(n.Names) == 0 {
			t.Errorf("%s: found no names or no reason", n.Device)
		}
	}
	for _, i := range table.Cloud {
		if c.find(i.Device, nil) == nil {
			t.Errorf("%s: found no such device", i.Device)
		}
	}
}
