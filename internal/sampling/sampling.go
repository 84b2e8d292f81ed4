// Package sampling says, for tests of long lists, whether to try the whole list or some of it.
package sampling

import "os"

// All reports whether RIDGEPOINT_LAWS=all asks tests to try everything.
func All() bool { return os.Getenv("RIDGEPOINT_LAWS") == "all" }

// Every returns the first of every n elements of a list; the whole list where All holds.
func Every[T any](n int, list []T) []T {
	if All() {
		return list
	}
	var out []T
	for i := 0; i < len(list); i += n {
		out = append(out, list[i])
	}
	return out
}
