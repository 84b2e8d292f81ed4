package report

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// answerPower returns what the devices of an answer draw on average, by what bounds reading and writing: nil where the
// power of the device is not known. Devices that wait for the layers of others draw what idle ones do.
func answerPower(a *serve.Answer) *energy.Power {
	reading := a.First.Expected / a.Whole.Expected
	if a.Workload.Load {
		reading *= float64(a.Batch)
	}
	reading = min(reading, 1)
	mix := func(x, y float64) float64 { return reading*x + (1-reading)*y }
	shares := energy.Shares{}
	shares[roofline.Compute] = mix(a.Reading.Compute, a.Writing.Compute)
	shares[roofline.Memory] = mix(a.Reading.Memory, a.Writing.Memory)
	shares[roofline.Overhead] = max(0, 1-shares[roofline.Compute]-shares[roofline.Memory])
	p := energy.PowerOf(a.Setup.Device, shares)
	if p == nil {
		return nil
	}
	waits := p.Idle
	if waits == 0 {
		waits = p.Watts
	}
	p.Watts = float64(max(a.Setup.TP, 1)) * (p.Watts + float64(max(a.Setup.PP, 1)-1)*waits)
	return p
}

// deviceEnergy returns the joules of a token of an answer, of what the power of the profile covers, and that power.
func deviceEnergy(a *serve.Answer) (*energy.Range, *energy.Power) {
	p := answerPower(a)
	if p == nil {
		return nil, nil
	}
	one := a.Whole.Expected * a.Rate // tokens
	r := p.Over(a.Whole.Expected/one, a.Whole.Low/one, a.Whole.High/one)
	return &r, p
}

// atTheWall says what a desktop computer draws over what its card does while it writes: 1.05 times the limit of the
// card, in the median of 46 published figures, where cards draw 0.90 of it (docs/energy.md).
const atTheWall = 1.05 / 0.90

// tokenEnergy returns the joules of the whole computer of a token of an answer: those of its cards and what stands
// beside them. It is nil where the power is not known, or covers more than the card.
func tokenEnergy(a *serve.Answer) *schema.LLMRange {
	r, p := deviceEnergy(a)
	if r == nil || a.Setup.Device.Class != "gpu" || p.Covers != "device" {
		return nil
	}
	return &schema.LLMRange{Expected: atTheWall * r.Expected, Low: atTheWall * r.Low, High: atTheWall * r.High}
}

// tokenEnergyLead returns the lines that say what a token costs in energy, and what that rests on.
func tokenEnergyLead(a *serve.Answer) []string {
	r, p := deviceEnergy(a)
	if r == nil {
		return []string{"energy          not known: the profile of " + a.Setup.Device.ID + " gives neither power nor tdp"}
	}
	line := fmt.Sprintf("energy          %s a token, 90 %% between %s and %s", joules(r.Expected), joules(r.Low), joules(r.High))
	if whole := tokenEnergy(a); whole != nil {
		line += fmt.Sprintf("; %s with the computer around it", joules(whole.Expected))
	}
	covers := p.Covers
	if n := max(a.Setup.TP, 1) * max(a.Setup.PP, 1); n > 1 {
		covers = fmt.Sprintf("%d %ss", n, covers)
	}
	return []string{line, fmt.Sprintf("power           %s on average, of the %s, %s: %s", units.Short(p.Watts, units.Watts),
		covers, powerMarks[p.Basis], p.Source.Title)}
}
