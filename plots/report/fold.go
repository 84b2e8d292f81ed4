package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// leastEqual gives the least number of equal blocks that are shown as one.
const leastEqual = 4

var numerals = lazyexp.New(`[0-9]+`)

// folded returns groups with those of equal blocks in one: the same name but for one number, and the same cost.
func folded(groups []roofline.Group) []roofline.Group {
	var order []string
	equal := map[string][]int{}
	for i := range groups {
		key := blockKey(&groups[i])
		if equal[key] == nil {
			order = append(order, key)
		}
		equal[key] = append(equal[key], i)
	}
	var out []roofline.Group
	at := map[int]int{} // where a group stands in out
	for _, key := range order {
		members := equal[key]
		if len(members) < leastEqual {
			for _, i := range members {
				at[len(out)] = i
				out = append(out, groups[i])
			}
			continue
		}
		at[len(out)] = members[0]
		out = append(out, together(groups, members))
	}
	index := make([]int, len(out))
	for i := range index {
		index[i] = i
	}
	slices.SortStableFunc(index, func(a, b int) int { return at[a] - at[b] })
	sorted := make([]roofline.Group, len(out))
	for i, k := range index {
		sorted[i] = out[k]
	}
	return sorted
}

// blockKey returns the same for groups of equal blocks.
func blockKey(g *roofline.Group) string {
	return fmt.Sprint(numerals().ReplaceAllString(g.Name, "#"), g.Spent.Kernels, g.Cost.FLOPs(), g.Cost.Bytes(), g.Spent.Bound())
}

// together sums equal blocks under a name that says how many they are.
func together(groups []roofline.Group, members []int) roofline.Group {
	var names []string
	for _, i := range members {
		names = append(names, groups[i].Name)
	}
	out := sum(groups, members)
	out.Name = fmt.Sprintf("%s ×%d", pattern(names), len(members))
	return out
}

// pattern returns what names have in common, with a star for numbers that differ.
func pattern(names []string) string {
	numbers := make([][]string, len(names))
	for i, name := range names {
		numbers[i] = numerals().FindAllString(name, -1)
	}
	between := numerals().Split(names[0], -1)
	var out strings.Builder
	for k, text := range between {
		out.WriteString(text)
		if k == len(between)-1 {
			break
		}
		number := numbers[0][k]
		if slices.ContainsFunc(numbers, func(n []string) bool { return n[k] != number }) {
			number = "*"
		}
		out.WriteString(number)
	}
	return out.String()
}
