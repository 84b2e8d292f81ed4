// Package provenance says where the numbers and claims of profiles come from.
package provenance

import "slices"

// A Kind says how a number is known, strongest first.
type Kind uint8

// The kinds of source.
const (
	Measured Kind = iota // by somebody
	Vendor               // says the maker
	Derived              // from other figures
	Assumed              // by us
	numKinds             // how many kinds there are
)

var kindNames = [numKinds]string{"measured", "vendor", "derived", "assumed"}

// Kinds lists the names of the kinds, strongest first.
func Kinds() []string { return slices.Clone(kindNames[:]) }

// String returns measured, vendor, derived or assumed.
func (k Kind) String() string { return kindNames[k] }

// A Source is where a number comes from.
type Source struct {
	ID    string // by which figures refer to it
	Kind  Kind   // how the figure is known
	Title string // of the document
	URL   string // of the document
	Note  string // for people
}

// String returns the kind and the title.
func (s *Source) String() string { return s.Kind.String() + ": " + s.Title }
