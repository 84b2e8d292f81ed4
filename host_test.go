package ridgepoint

import "testing"

func TestProfileID(t *testing.T) {
	for path, want := range map[string]string{
		"host.yaml": "host", "/a/My Laptop.yaml": "my-laptop", "x86_64.yml": "x86-64", "-a.yaml": "xa", ".yaml": "host",
	} {
		if got := profileID(path); got != want {
			t.Errorf("profileID(%q) = %q, want %q", path, got, want)
		}
	}
}
