// Package provenance says where the numbers and claims of profiles come from.
package provenance

import "slices"

// A Kind says how a number is known, strongest first.
type Kind uint8

// The kinds of source.
const (
	Measured Kind = iota
	Vendor
	Derived
	Assumed
	numKinds
)

var kindNames = [numKinds]string{"measured", "vendor", "derived", "assumed"}

// Kinds lists the names of the kinds, strongest first.
func Kinds() []string { return slices.Clone(kindNames[:]) }

// String returns measured, vendor, derived or assumed.
func (k Kind) String() string { return kindNames[k] }

// A Source is where a number comes from.
type Source struct {
	ID    string
	Kind  Kind
	Title string
	URL   string
	Note  string
}

// String returns the kind and the title.
func (s *Source) String() string { return s.Kind.String() + ": " + s.Title }
