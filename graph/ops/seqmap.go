package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
)

// inferSequenceMap runs the body on the members of its sequences: once for members in a row that are alike, once for
// sequences of unknown members, and once for what covers all members where there are too many to be listed.
func inferSequenceMap(c *Call) error {
	body := c.Body("body")
	if body == nil || len(body.Inputs) < c.NumIn() || len(body.Outputs) < c.NumOut() {
		return fmt.Errorf("needs a body with %d inputs and %d outputs", c.NumIn(), c.NumOut())
	}
	n := max(len(c.In(0).Elems), 1)
	if !c.arena.affords(n * c.NumOut()) {
		return mapCover(c, body, n)
	}
	outs := make([][]graph.Info, c.NumOut())
	for i := range outs {
		outs[i] = make([]graph.Info, 0, n)
	}
	for k := 0; k < n; {
		run := 1
		for k+run < n && alikeMembers(c, k, k+run) {
			run++
		}
		if _, err := c.Run.Body(body, membersAt(c, k), int64(run)); err != nil {
			return err
		}
		for i := range outs {
			out := c.info(body.Outputs[i])
			for range run {
				outs[i] = append(outs[i], out)
			}
		}
		k += run
	}
	for i := range outs {
		c.SetInfo(i, graph.Info{Kind: graph.KindSequence, Type: outs[i][0].Type, Elems: outs[i]})
	}
	return nil
}

// mapCover runs the body n times on what covers every member of each sequence. Any member of a result is described by
// what comes out.
func mapCover(c *Call, body *graph.Graph, n int) error {
	args := membersAt(c, 0)
	for i := range args {
		for k := range c.In(i).Elems {
			args[i] = envelope(c, args[i], c.In(i).Elems[k])
		}
	}
	if _, err := c.Run.Body(body, args, int64(n)); err != nil {
		return err
	}
	for i := range c.NumOut() {
		member := c.info(body.Outputs[i])
		c.SetInfo(i, graph.Info{Kind: graph.KindSequence, Type: member.Type, Of: &member})
	}
	return nil
}

// membersAt returns member k of each sequence, and the tensors that every member is used with.
func membersAt(c *Call, k int) []graph.Info {
	args := make([]graph.Info, c.NumIn())
	for i := range args {
		args[i] = *c.In(i)
		if args[i].Kind == graph.KindSequence {
			args[i] = args[i].Member(k)
		}
	}
	return args
}

// alikeMembers reports whether members a and b are described alike in every sequence, so that one run of a body tells
// of both.
func alikeMembers(c *Call, a, b int) bool {
	for i := range c.NumIn() {
		in := c.In(i)
		if in.Kind != graph.KindSequence {
			continue
		}
		x, y := in.Member(a), in.Member(b)
		if x.Kind != graph.KindTensor || x.Kind != y.Kind || x.Type != y.Type || x.Upper != y.Upper ||
			x.Packed != y.Packed || !x.Shape.Equal(y.Shape) || x.Value != y.Value {
			return false
		}
	}
	return true
}
