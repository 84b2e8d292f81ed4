// Package products says which device of the catalogue is inside a product or an instance of a cloud that people name,
// and which is nearest to one that has no profile.
package products

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

//go:embed products.yaml
var built []byte

// A Near is a device that stands for products without a profile, or says of names of many devices what to name instead.
type Near struct {
	Device string   // its id; "" where the names are of many
	Names  []string // of products
	Why    string   // it is near, or what to name
}

// An Instance is the device of instances of a cloud whose names begin alike.
type Instance struct {
	Device       string   // its id
	CoresPerVCPU float64  // 0.5 where a core runs two threads; 0: the device is whole
	Names        []string // beginnings, in lower case
}

// A Table is what the package knows.
type Table struct {
	Inside map[string][]string // names of products, by the id of the one device in them
	Near   []Near              // of products without a profile
	Vague  []Near              // of names of many devices, without one
	Cloud  []Instance          // in no order
}

// fields lists the keys of the table.
var fields = []strictyaml.Field[Table]{
	{Key: "schema", Read: func(v strictyaml.Value, _ *Table) { v.Schema() }},
	{Key: "inside", Read: func(v strictyaml.Value, t *Table) {
		t.Inside = map[string][]string{}
		for device, names := range v.Entries() {
			t.Inside[device] = names.Texts("Pixel 8")
		}
	}},
	{Key: "near", Read: func(v strictyaml.Value, t *Table) { t.Near = rows(v, nearFields) }},
	{Key: "vague", Read: func(v strictyaml.Value, t *Table) { t.Vague = rows(v, nearFields) }},
	{Key: "cloud", Read: func(v strictyaml.Value, t *Table) { t.Cloud = rows(v, cloudFields) }},
}

// nearFields lists the keys of a row of a product without a profile.
var nearFields = []strictyaml.Field[Near]{
	{Key: "device", Read: func(v strictyaml.Value, n *Near) { n.Device, _ = v.Text("t4") }},
	{Key: "names", Read: func(v strictyaml.Value, n *Near) { n.Names = v.Texts("Pixel 10") }},
	{Key: "why", Read: func(v strictyaml.Value, n *Near) { n.Why, _ = v.Text("of the generation before") }},
}

// cloudFields lists the keys of a row of instances.
var cloudFields = []strictyaml.Field[Instance]{
	{Key: "device", Read: func(v strictyaml.Value, i *Instance) { i.Device, _ = v.Text("t4") }},
	{Key: "names", Read: func(v strictyaml.Value, i *Instance) { i.Names = v.Texts("g4dn.") }},
	{Key: "cores_per_vcpu", Read: func(v strictyaml.Value, i *Instance) {
		text, _ := v.Scalar()
		if i.CoresPerVCPU, _ = strconv.ParseFloat(text, 64); !(i.CoresPerVCPU > 0) {
			v.Errorf("", "found %s, expected the cores of one virtual processor, such as 0.5", v)
		}
	}},
}

// rows reads a list of mappings.
func rows[T any](v strictyaml.Value, table []strictyaml.Field[T]) []T {
	var out []T
	for item := range v.Items() {
		var row T
		strictyaml.Fields(item, table, &row)
		out = append(out, row)
	}
	return out
}

// BuiltIn returns the table of the program. It must not be changed.
var BuiltIn = sync.OnceValue(func() *Table {
	t, err := read("products.yaml", built)
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return t
})

// read reads a table; an unknown key or a wrong value is an error.
func read(path string, data []byte) (*Table, error) {
	root, err := strictyaml.OpenKind("table of products", path, data)
	if err != nil {
		return nil, err
	}
	t := &Table{}
	strictyaml.Fields(root, fields, t)
	return t, root.Finish()
}

// Device returns the device inside a product, empty if the table has none.
func (t *Table) Device(name string) string {
	want := spelling.Squash(name)
	for device, names := range t.Inside {
		for _, n := range names {
			if spelling.Squash(n) == want {
				return device
			}
		}
	}
	return ""
}

// Nearest returns the row of a product without a profile or of a name of many devices, nil if the table has none.
func (t *Table) Nearest(name string) *Near {
	want := spelling.Squash(name)
	is := func(n string) bool { return spelling.Squash(n) == want }
	for _, list := range [][]Near{t.Near, t.Vague} {
		for i := range list {
			if slices.ContainsFunc(list[i].Names, is) {
				return &list[i]
			}
		}
	}
	return nil
}

// instance returns the row whose names are the longest beginning of a name, nil if none is.
func (t *Table) instance(name string) *Instance {
	name = strings.ToLower(strings.TrimSpace(name))
	var found *Instance
	longest := 0
	for i := range t.Cloud {
		for _, n := range t.Cloud[i].Names {
			if len(n) > longest && (begins(name, n) || name+"." == n || name+"-" == n) {
				found, longest = &t.Cloud[i], len(n)
			}
		}
	}
	return found
}

// begins reports whether a name is a beginning, or goes on behind a mark: standard_nv6 is no standard_nv6ads_a10_v5.
func begins(name, with string) bool {
	rest, found := strings.CutPrefix(name, with)
	return found && (rest == "" || !alnum(rest[0]) || !alnum(with[len(with)-1]))
}

// alnum reports whether a byte is a letter in lower case or a digit.
func alnum(b byte) bool { return 'a' <= b && b <= 'z' || '0' <= b && b <= '9' }

// A Share is the part of a device that an instance of a cloud has.
type Share struct {
	Device string // its id
	Cores  int    // 0: the whole device, or a number that the name does not tell
	Whole  bool   // the instance has one or several whole devices
}

// Share returns what an instance of a cloud has, nil if the name is of none.
func (t *Table) Share(name string) *Share {
	row := t.instance(name)
	if row == nil {
		return nil
	}
	if row.CoresPerVCPU == 0 {
		return &Share{Device: row.Device, Whole: true}
	}
	return &Share{Device: row.Device, Cores: int(float64(vcpus(name))*row.CoresPerVCPU + 0.5)}
}

var (
	// multiple matches sizes of AWS, each of four virtual processors.
	multiple = lazyexp.New(`\.(\d+)xlarge$`)
	// counted matches names of Google Cloud and Azure that end with virtual processors and a version.
	counted = lazyexp.New(`(?:-|_[a-z]+|^[a-z]+)(\d+)(?:[a-z]*_v\d)?$`)
)

// sizes lists the virtual processors of instances whose size is a word.
var sizes = []struct {
	word  string
	vcpus int
}{{".large", 2}, {".medium", 2}, {".small", 2}, {".micro", 2}, {".nano", 2}, {"-medium", 2}, {"-small", 2},
	{"-micro", 2}}

// vcpus returns how many virtual processors the name of an instance tells, 0 if it does not.
func vcpus(name string) int {
	name = strings.ToLower(strings.TrimSpace(name))
	if strings.HasSuffix(name, ".xlarge") {
		return 4
	}
	if m := multiple().FindStringSubmatch(name); m != nil {
		n, _ := strconv.Atoi(m[1])
		return 4 * n
	}
	for _, s := range sizes {
		if strings.HasSuffix(name, s.word) {
			return s.vcpus
		}
	}
	if m := counted().FindStringSubmatch(name); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

// String says what the share is, as an error message does.
func (s *Share) String() string {
	if s.Cores > 0 {
		return fmt.Sprintf("it has %d cores of %s; name that device and %d threads", s.Cores, s.Device, s.Cores)
	}
	return fmt.Sprintf("it has some cores of %s; name that device and as many threads", s.Device)
}
