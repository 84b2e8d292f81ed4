package validate_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

func ExampleJudge() {
	e := validate.Judge([]float64{1.0, 2.2, 3.0}, []float64{1.1, 2.0, 3.0})
	fmt.Printf("median error %.1f %%\n", 100*e.Median)
	// Output: median error 9.1 %
}
