package hwprofiles

import "testing"

func TestNormalThreads(t *testing.T) {
	cases := []struct {
		device string
		n      int
		want   int
		err    string
	}{
		{"rpi-5", 0, 0, ""},
		{"rpi-5", 1, 1, ""},
		{"rpi-5", 3, 3, ""},
		{"rpi-5", 4, 0, ""},
		{"rpi-5", 5, 0, "found 5 threads for rpi-5, expected at most its 4 cores"},
		{"rpi-5", -1, 0, "found -1 threads, expected a positive number, or 0 for all"},
		{"core-i9-13900k", 23, 23, ""},
		{"core-i9-13900k", 24, 0, ""},
		{"core-i9-13900k", 32, 0, ""},
		{"core-i9-13900k", 33, 0, "found 33 threads for core-i9-13900k, expected at most its 32 hardware threads (24 cores)"},
		{"t4", 0, 0, ""},
		{"t4", 4, 0, "found 4 threads for t4, expected none: threads are of CPUs, and its class is gpu"},
		{"apple-m2", 4, 0, "found 4 threads for apple-m2, expected none: threads are of CPUs, and its class is apple"},
	}
	devices := NewCatalog()
	for _, c := range cases {
		d, err := devices.Get(c.device)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.NormalThreads(c.n)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if got != c.want || text != c.err {
			t.Errorf("%s, %d threads: found %d %q, want %d %q", c.device, c.n, got, text, c.want, c.err)
		}
	}
	if _, err := (&Device{ID: "mine", Class: "cpu"}).NormalThreads(2); err == nil {
		t.Error("a CPU whose cores are not known: found no error")
	}
}
