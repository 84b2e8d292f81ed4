// Package host profiles the machine that it runs on: what its processor says of itself, what follows from that, and
// what can be measured.
package host

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// A CPU is what a processor and its operating system say of it.
type CPU struct {
	Name    string   // the brand string
	Vendor  string   // as CPUID has it
	Arch    string   // such as amd64 with AVX512
	ISA     []string // what the peaks follow from
	Threads int      // that this process may run on
	Cores   int      // physical cores behind them, as far as known
	Caches  []Cache  // from the core outwards
	Memory  int64    // bytes; 0 where the system does not tell
}

// A Cache is one level of cache of data.
type Cache struct {
	Name      string // l1, l2, l3
	Bytes     int64  // of one instance
	Instances int    // of the cache
}

// Total returns the capacity of all instances in bytes.
func (c *Cache) Total() int64 { return c.Bytes * int64(c.Instances) }

// Detect asks the processor and the operating system.
func Detect() *CPU {
	id := cpuID()
	c := &CPU{Name: strings.Join(strings.Fields(id.BrandName), " "), Vendor: id.VendorID.String(), Threads: runtime.GOMAXPROCS(0)}
	if c.Name == "" {
		c.Name = "unnamed " + runtime.GOARCH + " processor"
	}
	if id.VendorString != "" && c.Vendor == "VendorUnknown" {
		c.Vendor = id.VendorString
	}
	c.Cores = max(c.Threads/max(id.ThreadsPerCore, 1), 1)
	for _, r := range table(id) {
		c.ISA = append(c.ISA, r.isa)
	}
	c.Arch = runtime.GOARCH
	if c.Caches = sysCaches("/sys/devices/system/cpu"); c.Caches == nil {
		c.Caches = idCaches(id, c.Cores)
	}
	c.Memory = memTotal("/proc/meminfo")
	return c
}

// idCaches returns the caches as the processor's own identification gives them.
func idCaches(id *cpuid.CPUInfo, cores int) []Cache {
	var out []Cache
	for _, l := range []Cache{{"l1", int64(id.Cache.L1D), cores}, {"l2", int64(id.Cache.L2), cores}, {"l3", int64(id.Cache.L3), 1}} {
		if l.Bytes > 0 {
			out = append(out, l)
		}
	}
	return out
}

// sysCaches reads Linux's description of the caches under a folder with one folder for each processor; nil where
// there is none.
func sysCaches(root string) []Cache {
	type key struct{ level, shared string }
	seen := map[key]bool{}
	var out []Cache
	dirs, _ := filepath.Glob(filepath.Join(root, "cpu[0-9]*", "cache", "index[0-9]*"))
	for _, dir := range dirs {
		kind, level, shared := word(dir, "type"), word(dir, "level"), word(dir, "shared_cpu_list")
		bytes := size(word(dir, "size"))
		if kind == "Instruction" || bytes == 0 || seen[key{level, shared}] {
			continue
		}
		seen[key{level, shared}] = true
		name := "l" + level
		for i := range out {
			if out[i].Name == name {
				out[i].Instances++
				name = ""
			}
		}
		if name != "" {
			out = append(out, Cache{name, bytes, 1})
		}
	}
	return out
}

// word returns a file of /sys without blanks, nothing where it cannot be read.
func word(dir, file string) string {
	b, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// size reads 48K or 32M; 0 where it is neither.
func size(s string) int64 {
	for suffix, scale := range map[string]int64{"K": 1 << 10, "M": 1 << 20} {
		if n, ok := strings.CutSuffix(s, suffix); ok {
			v, err := strconv.ParseInt(n, 10, 64)
			if err == nil && v > 0 {
				return v * scale
			}
		}
	}
	return 0
}

// memTotal reads the main memory's size from Linux's meminfo.
func memTotal(path string) int64 {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) >= 2 && f[0] == "MemTotal:" {
			if kb, err := strconv.ParseInt(f[1], 10, 64); err == nil {
				return kb << 10
			}
		}
	}
	return 0
}

// cpuID returns what the processor's own identification says.
func cpuID() *cpuid.CPUInfo { return &cpuid.CPU }
