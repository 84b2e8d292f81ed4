package export

import "io"

// A scope is a file of speedscope (jlfwong/speedscope, src/lib/file-format-spec.ts).
type scope struct {
	Schema   string         `json:"$schema"`
	Exporter string         `json:"exporter"`
	Name     string         `json:"name"`
	Shared   scopeShared    `json:"shared"`
	Profiles []scopeProfile `json:"profiles"`
}

type scopeShared struct {
	Frames []scopeFrame `json:"frames"`
}

type scopeFrame struct {
	Name string `json:"name"`
}

type scopeProfile struct {
	Type    string    `json:"type"`
	Name    string    `json:"name"`
	Unit    string    `json:"unit"`
	Start   float64   `json:"startValue"`
	End     float64   `json:"endValue"`
	Samples [][]int   `json:"samples"` // frames, the outermost first
	Weights []float64 `json:"weights"`
}

// writeSpeedscope writes a profile for each estimate. A sample is all executions of a kernel in one inference.
func writeSpeedscope(w io.Writer, in *Input) error {
	out := scope{Schema: "https://www.speedscope.app/file-format-schema.json", Exporter: "ridgepoint",
		Name: titleOf(in.Estimates[0])}
	frames := map[string]int{}
	frame := func(name string) int {
		at, ok := frames[name]
		if !ok {
			at = len(frames)
			frames[name] = at
			out.Shared.Frames = append(out.Shared.Frames, scopeFrame{name})
		}
		return at
	}
	for _, e := range in.Estimates {
		p := scopeProfile{Type: "sampled", Name: titleOf(e) + " (" + measureOf(e) + ")", Unit: "milliseconds",
			Samples: [][]int{}, Weights: []float64{}}
		for _, part := range Parts(e) {
			stack := []int{frame(e.Model)}
			for _, m := range part.Modules {
				stack = append(stack, frame(m))
			}
			p.Samples = append(p.Samples, append(stack, frame(part.Name)))
			p.Weights = append(p.Weights, 1e3*part.Seconds)
			p.End += 1e3 * part.Seconds
		}
		out.Profiles = append(out.Profiles, p)
	}
	return writeJSON(w, out)
}
