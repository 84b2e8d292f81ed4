// Command nas searches networks like MobileNetV2 for the most work within a latency on a Raspberry Pi: at random, and
// by evolution with as many candidates. Work stands for accuracy here; put a predictor of your own in place of worth.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"github.com/ridgepoint/ridgepoint"
)

// A found is a candidate with its forecast.
type found struct {
	ridgepoint.Candidate
	ridgepoint.Forecast
}

// worth returns what the search wants much of: multiply-adds.
func (f *found) worth() float64 { return float64(f.MACs) }

// A search evaluates candidates of a space.
type search struct {
	space  *ridgepoint.Space
	rand   *rand.Rand
	budget float64 // seconds
}

// The search space: each width in eighths of its own, image sides in pixels.
var (
	eighths = []int64{2, 3, 4, 6, 8, 10, 12}
	sides   = []int64{128, 160, 192, 224}
)

// main searches for the best small network within a budget.
func main() {
	log.SetFlags(0)
	device := flag.String("device", "rpi-4b", "the device to search for")
	budget := flag.Duration("budget", 30*time.Millisecond, "the most that an image may take")
	n := flag.Int("n", 1000, "candidates of each search")
	plot := flag.String("plot", "", "draw the front to this .svg")
	flag.Parse()
	if err := run(*device, *budget, *n, *plot); err != nil {
		log.Fatal(err)
	}
}

// run searches at random and by evolution, and prints both fronts.
func run(device string, budget time.Duration, n int, plot string) error {
	var rp ridgepoint.Estimator
	m, err := rp.Load("zoo:mobilenetv2")
	if err != nil {
		return err
	}
	space, err := rp.Space(m, device, nil)
	if err != nil {
		return err
	}
	s := &search{space, rand.New(rand.NewPCG(1, 2)), budget.Seconds()}
	fmt.Printf("%d widths, %d blocks that can be left out, %d sizes\n", len(space.Widths()), len(space.Blocks()),
		len(sides))
	random, err := s.random(n)
	if err != nil {
		return err
	}
	bred, err := s.evolve(n)
	if err != nil {
		return err
	}
	all := slices.Concat(random, bred)
	best := [2]*found{s.best(random), s.best(bred)}
	if best[0] == nil || best[1] == nil {
		return fmt.Errorf("found no candidate within %v on %s, expected one; give a longer -budget", budget, device)
	}
	for i, how := range []string{"random", "evolution"} {
		log.Printf("%s: %.0f MMAC, %.2f M parameters, %.1f ms (90 %% within %.1f to %.1f ms)", how, best[i].worth()/1e6,
			float64(best[i].Params)/1e6, 1e3*best[i].Expected, 1e3*best[i].Low, 1e3*best[i].High)
	}
	fmt.Printf("%d candidates; evolution finds at least as much work in the budget: %v\n", len(all),
		best[1].worth() >= best[0].worth())
	front := frontOf(all)
	fmt.Printf("the front has several points, each slower one with more work: %v\n", len(front) > 2)
	if plot == "" {
		return nil
	}
	return os.WriteFile(plot, draw(device, s.budget, random, bred, front), 0o666)
}

// try evaluates a candidate.
func (s *search) try(c ridgepoint.Candidate) (found, error) {
	f, err := s.space.At(c)
	return found{c, f}, err
}

// random evaluates n candidates at random.
func (s *search) random(n int) (out []found, err error) {
	for range n {
		c := ridgepoint.Candidate{Widths: make([]int64, len(s.space.Widths())), Without: make([]bool, len(s.space.Blocks()))}
		for i := range c.Widths {
			s.mutate(&c, i)
		}
		for i := range c.Without {
			c.Without[i] = s.rand.IntN(2) == 0
		}
		s.mutate(&c, len(c.Widths)+len(c.Without))
		one, err := s.try(c)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// mutate changes one gene: a width, a block or the size.
func (s *search) mutate(c *ridgepoint.Candidate, gene int) {
	switch blocks := gene - len(c.Widths); {
	case blocks < 0:
		own := s.space.Widths()[gene].Channels
		c.Widths[gene] = max(8, own*eighths[s.rand.IntN(len(eighths))]/64*8)
	case blocks < len(c.Without):
		c.Without[blocks] = !c.Without[blocks]
	default:
		side := sides[s.rand.IntN(len(sides))]
		c.Size = ridgepoint.Size{Height: side, Width: side}
	}
}

// evolve breeds n candidates: of eight at random the fittest is changed in a few genes, and the oldest of the
// population goes.
func (s *search) evolve(n int) ([]found, error) {
	const population, rivals = 50, 8
	all, err := s.random(min(population, n))
	for err == nil && len(all) < n {
		living := all[len(all)-min(len(all), population):]
		parent := &living[s.rand.IntN(len(living))]
		for range rivals - 1 {
			if other := &living[s.rand.IntN(len(living))]; s.fitness(other) > s.fitness(parent) {
				parent = other
			}
		}
		c := ridgepoint.Candidate{Widths: slices.Clone(parent.Widths), Without: slices.Clone(parent.Without),
			Size: parent.Size}
		for range 1 + s.rand.IntN(4) {
			s.mutate(&c, s.rand.IntN(len(c.Widths)+len(c.Without)+1))
		}
		var child found
		if child, err = s.try(c); err == nil {
			all = append(all, child)
		}
	}
	return all, err
}

// fitness returns what a candidate is worth, and below 0 how far it is over the budget.
func (s *search) fitness(f *found) float64 {
	if f.Expected > s.budget {
		return s.budget - f.Expected
	}
	return f.worth()
}

// best returns the candidate that is worth most within the budget, nil if there is none.
func (s *search) best(list []found) (best *found) {
	for i := range list {
		if f := &list[i]; f.Expected <= s.budget && (best == nil || f.worth() > best.worth()) {
			best = f
		}
	}
	return best
}

// frontOf returns the candidates than which none is faster and worth more.
func frontOf(all []found) (front []found) {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b found) int { return cmp.Compare(a.Expected, b.Expected) })
	for _, f := range sorted {
		if len(front) == 0 || f.worth() > front[len(front)-1].worth() {
			front = append(front, f)
		}
	}
	return front
}
