package serve

import "github.com/ridgepoint/ridgepoint/hwprofiles"

// A Request is a whole request of a generator that is made of several networks, such as Whisper or Stable Diffusion.
type Request struct {
	Model  string
	Device *hwprofiles.Device
	Parts  []Part
	Units  float64 // that are made or read
	Unit   string  // what units counts
	Notes  []string
}

// A Part is a network that a request runs so many times.
type Part struct {
	Name      string
	Model     string
	Times     int64
	Each      Time
	Runtime   string // id of what runs it
	Precision string // short name of the type that it runs in
	Basis     string // what Each rests on, as estimates say it
}

// Whole returns the time of all parts, one after the other. What makes one slow makes the others slow, so that the ends
// of the interval add up too.
func (r *Request) Whole() (t Time) {
	for i := range r.Parts {
		p := &r.Parts[i]
		n := float64(p.Times)
		t.SpeedOfLight += n * p.Each.SpeedOfLight
		t.Expected += n * p.Each.Expected
		t.Low += n * p.Each.Low
		t.High += n * p.Each.High
	}
	return t
}
