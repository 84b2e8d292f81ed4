package lower

import "fmt"

// A Level says how much fusion is assumed of the runtime.
type Level int8

// The levels.
const (
	Full     Level = iota // composites, attention, epilogues, elementwise chains, producers of reductions
	Epilogue              // composites, and elementwise work absorbed by the convolution or matrix product before it
	None                  // one kernel per node that is not a view
)

// runtimesOnly marks rules that no level has: only a runtime can ask for them.
const runtimesOnly Level = -1

// levelNames lists the names of levels as --fusion takes them.
var levelNames = [...]string{"full", "epilogue", "none"}

// String returns full, epilogue or none.
func (l Level) String() string {
	if l == runtimesOnly {
		return "runtimes"
	}
	return levelNames[l]
}

// ParseLevel reads a level's name.
func ParseLevel(s string) (Level, error) {
	for i, n := range levelNames {
		if s == n {
			return Level(i), nil
		}
	}
	return Full, fmt.Errorf("fusion level %q is not known; it is one of none, epilogue, full", s)
}
