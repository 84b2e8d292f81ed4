package hwprofiles

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/products"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// meant finds the device of a name that is no id and no alias: a product that holds it, an instance of a cloud, or the
// name that an operating system reports. Published tables are not read with it: their names are matched more strictly.
func (c *Catalog) meant(name string, unknown error) (*Device, error) {
	table := products.BuiltIn()
	if id := table.Device(name); id != "" {
		return c.orUnknown(id, "", unknown)
	}
	n := table.Nearest(name)
	if n != nil && n.Device == "" {
		return nil, fmt.Errorf("device %q: found a name of many devices, expected one; %s", spelling.Clip(name), n.Why)
	}
	if id := c.reported(name); id != "" {
		return c.orUnknown(id, "", unknown)
	}
	if s := table.Share(name); s != nil && s.Whole {
		return c.orUnknown(s.Device, spelling.Clip(name)+" may hold several of this device; figures are of one", unknown)
	} else if s != nil && c.find(s.Device, nil) != nil {
		return nil, fmt.Errorf("device %q: found an instance of a cloud, expected a device; %s", spelling.Clip(name), s)
	}
	if n != nil && c.find(n.Device, nil) != nil {
		return nil, fmt.Errorf("device %q: found no profile of it; the nearest is %s: %s",
			spelling.Clip(name), n.Device, n.Why)
	}
	return nil, unknown
}

// orUnknown returns the device of an id with one more note, or the error where the catalogue does not have it.
func (c *Catalog) orUnknown(id, note string, unknown error) (*Device, error) {
	e := c.find(id, nil)
	if e == nil {
		return nil, unknown
	}
	d, err := load(e)
	if err == nil && note != "" {
		d.Notes = append(d.Notes, note)
	}
	return d, err
}

var (
	// reportNoise matches parts of names as lscpu, nvidia-smi and drivers print them that tell no two devices apart.
	reportNoise = lazyexp.New(`(?i)\((?:r|tm|c)\)|@.*$|\bwith .*$|\b\d+(?:st|nd|rd|th) gen\b|\b\d+-core\b|` +
		`\(\d+ sockets?\)`)
	// clockReport matches a name with a space and a clock behind it, as lscpu prints processors of Intel: @98MHz is a
	// power mode.
	clockReport = lazyexp.New(`(?i)\s@\s*[0-9.]+\s*[GM]Hz$`)
	// reportWord matches the words of a name.
	reportWord = lazyexp.New(`[a-z0-9+]+`)
	// tierDigit matches the tier of Ryzen 7 and Core Ultra 5: the model that follows says more.
	tierDigit = lazyexp.New(`^[3579]$`)
	// capacity matches a size of memory in GB.
	capacity = lazyexp.New(`(?i)[- ]?\b(\d+)[- ]?gb\b`)
)

// makerWords lists makers and families; a model's own word follows them.
var makerWords = []string{"nvidia", "amd", "intel", "apple", "google", "qualcomm", "samsung", "mediatek", "hisilicon",
	"rockchip", "geforce", "tesla", "radeon", "instinct", "core", "platinum", "gold", "silver", "bronze", "processor",
	"graphics", "generation"}

// reportKey returns what is left of a name without makers, families and what drivers add.
func reportKey(name string) string {
	words := reportWord().FindAllString(strings.ToLower(reportNoise().ReplaceAllString(name, " ")), -1)
	var kept []string
	for i, w := range words {
		tier := i > 0 && i+1 < len(words) && (words[i-1] == "ryzen" || words[i-1] == "ultra" || words[i-1] == "ai")
		if !slices.Contains(makerWords, w) && !(tier && tierDigit().MatchString(w)) {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, "")
}

// reported returns the id of the one device with a name that an operating system reports, empty if none or several
// have it. What is said of the memory must agree.
func (c *Catalog) reported(name string) string {
	plain, want := capacity().ReplaceAllString(name, " "), 0.0
	if m := capacity().FindStringSubmatch(name); m != nil {
		want, _ = strconv.ParseFloat(m[1], 64)
	}
	full := reportKey(name)
	short := strings.TrimSuffix(strings.TrimSuffix(reportKey(plain), "cpu"), "gpu")
	if short == "" {
		return ""
	}
	var exact, sized, cores []string
	for _, e := range c.entries() {
		for _, key := range reportKeys(e) {
			switch {
			case key == full || want == 0 && key == short:
				exact = append(exact, e.Name)
			case want == 0 && key == short+"cpu":
				cores = append(cores, e.Name)
			case key == short && c.holds(e, want):
				sized = append(sized, e.Name)
			}
		}
	}
	for _, ids := range [][]string{exact, sized, cores} {
		slices.Sort(ids)
		if ids = slices.Compact(ids); len(ids) > 0 {
			if len(ids) == 1 {
				return ids[0]
			}
			return ""
		}
	}
	return ""
}

// holds reports whether a device has so many GB of memory, as its maker counts them.
func (c *Catalog) holds(e *entry, gb float64) bool {
	d, err := load(e)
	const gib = 1 << 30
	if err != nil || len(d.Memory) == 0 {
		return false
	}
	size := d.DRAM().Capacity.Value / gib
	return size > 0.93*gb && size < 1.07*gb
}

// reportKeys returns the id, the name and the aliases of a profile as reportKey does, without reading it as a whole.
func reportKeys(e *entry) []string {
	keys := []string{reportKey(e.Name)}
	if data, err := e.Read(); err == nil {
		for _, n := range append(strictyaml.List(data, "aliases"), strictyaml.Plain(data, "name")) {
			keys = append(keys, reportKey(n))
		}
	}
	return keys
}
