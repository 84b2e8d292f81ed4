package lower

import (
	"reflect"
	"testing"
)

// TestEveryRuleActs demands a pass or data semantics of each rule, and a rule of each of the semantics.
func TestEveryRuleActs(t *testing.T) {
	var all Recipe
	for i, r := range rules {
		if r.apply == nil && r.data == nil {
			t.Errorf("rule %q does nothing", r.name)
		}
		all.on |= 1 << i
	}
	set := reflect.ValueOf(all.semantics())
	for i := range set.NumField() {
		if !set.Field(i).Bool() {
			t.Errorf("no rule sets %s", set.Type().Field(i).Name)
		}
	}
}
