//go:build !race

package sampling

// Race is true under the race detector, which takes ten times the time.
const Race = false
