// Package lazyexp compiles regular expressions when they are first used: a process that matches none does not wait for
// them as it starts.
package lazyexp

import (
	"regexp"
	"sync"
)

// New returns a function that compiles the expression at its first call. A wrong expression panics there, so each needs
// a test that uses it.
func New(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
