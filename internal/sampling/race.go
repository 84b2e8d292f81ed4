//go:build race

package sampling

// Race tells whether a test runs under the race detector, which takes ten times the time.
const Race = true
