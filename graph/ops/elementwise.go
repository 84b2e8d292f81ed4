package ops

import (
	"math"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// onnx names an operator of the default domain.
func onnx(name string) graph.OpID { return graph.OpID{Type: name} }

// intFn and floatFn compute one element of a folded output.
type (
	intFn   = func(a, b int64) int64
	floatFn = func(a, b float64) float64
)

// unary returns a row for out = f(in), ops operations an element on one engine.
func unary(name string, since int, e cost.Engine, ops int64, doc string, f floatFn) Spec {
	return Spec{
		Op: onnx(name), Since: since, Kind: Elementwise, Doc: doc, MinIn: 1,
		Infer: inferSame,
		Work:  perElement(e, ops),
		Fold:  func(c *Call) error { return foldUnary(c, f) },
	}
}

// predicate returns a row for a bool output of the input's shape.
func predicate(name string, since int, doc string) Spec {
	return Spec{
		Op: onnx(name), Since: since, Kind: Elementwise, Doc: doc, MinIn: 1,
		Infer: func(c *Call) error { c.SetOut(0, dtype.Bool, c.Shape(0)...); return nil },
		Type:  always(dtype.Bool),
		Work:  perElement(cost.Vector, 1),
	}
}

// inferSame gives output 0 the type and shape of input 0.
func inferSame(c *Call) error {
	c.SetOut(0, c.Type(0), c.Shape(0)...)
	return nil
}

// perElement returns ops operations on engine e for each element of output 0, of input 0's type.
func perElement(e cost.Engine, ops int64) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		if n := sat.Mul(ops, OutElems(c, 0)); n > 0 {
			k.AddWork(e, arithmetic(c), n)
		}
	}
}

// arithmetic returns the element type that a node computes in: its first numeric input's.
func arithmetic(c *Call) dtype.Type {
	for i := range c.Node.Inputs {
		if t := c.Type(i); t != dtype.Undefined && t != dtype.Bool {
			return t
		}
	}
	return dtype.Bool
}

// binary returns a row for a numpy-broadcasting operator of two inputs.
func binary(name string, since int, e cost.Engine, doc string, fi intFn, ff floatFn) Spec {
	return Spec{
		Op: onnx(name), Since: since, Kind: Elementwise, Doc: doc, MinIn: 2,
		Infer: func(c *Call) error { return inferBroadcast(c, c.Type(0)) },
		Work:  perElement(e, 1),
		Fold:  func(c *Call) error { return foldBinary(c, fi, ff) },
	}
}

// compare returns binary with a bool output.
func compare(name string, since int, doc string, fi intFn, ff floatFn) Spec {
	s := binary(name, since, cost.Vector, doc, fi, ff)
	s.Infer = func(c *Call) error { return inferBroadcast(c, dtype.Bool) }
	s.Type = always(dtype.Bool)
	return s
}

// variadic returns a row for a broadcasting operator of one or more inputs.
func variadic(name string, since int, doc string, fi intFn, ff floatFn) Spec {
	s := binary(name, since, cost.Vector, doc, fi, ff)
	s.MinIn = 1
	s.Work = func(c *Call, k *cost.Cost) {
		k.AddWork(cost.Vector, c.Type(0), sat.Mul(max(int64(c.NumIn())-1, 1), OutElems(c, 0)))
	}
	s.Fold = func(c *Call) error { return foldVariadic(c, fi, ff) }
	return s
}

// inferBroadcast gives output 0 the broadcast of all inputs' shapes. Up to opset 6 the
// second input was stretched over the first by the attributes broadcast and axis.
func inferBroadcast(c *Call, t dtype.Type) error {
	all := c.extent(0)
	if c.Node.Version < 7 && c.Int("broadcast", 0) != 0 {
		c.setExtent(0, t, all)
		return nil
	}
	for i := 1; i < c.NumIn(); i++ {
		if !c.Has(i) {
			continue
		}
		var err error
		if all, err = c.broadcast(all, c.extent(i)); err != nil {
			return err
		}
	}
	c.setExtent(0, t, all)
	return nil
}

// number is what values are carried as.
type number interface{ int64 | float64 }

// truth returns 1 or 0.
func truth[T number](b bool) T {
	if b {
		return 1
	}
	return 0
}

// boolToInt returns 1 for true and 0 for false.
func boolToInt(b bool) int64 { return truth[int64](b) }

// equal returns 1 if a = b, else 0.
func equal[T number](a, b T) T { return truth[T](a == b) }

// greater returns 1 if a > b, else 0.
func greater[T number](a, b T) T { return truth[T](a > b) }

// less returns 1 if a < b, else 0.
func less[T number](a, b T) T { return truth[T](a < b) }

// atLeast returns 1 if a >= b, else 0.
func atLeast[T number](a, b T) T { return truth[T](a >= b) }

// atMost returns 1 if a <= b, else 0.
func atMost[T number](a, b T) T { return truth[T](a <= b) }

// intDiv truncates towards zero, as ONNX says; a division by zero, which is undefined there, gives zero.
func intDiv(a, b int64) int64 {
	if b == 0 || a == math.MinInt64 && b == -1 {
		return 0
	}
	return a / b
}

// intMod has the sign of the divisor, as in Python (fmod=0); by zero it gives zero.
func intMod(a, b int64) int64 {
	if b == 0 || b == -1 {
		return 0
	}
	if m := a % b; m != 0 && (m < 0) != (b < 0) {
		return m + b
	}
	return a % b
}

// one turns a function of one operand into one of two that passes over the second.
func one(f func(float64) float64) floatFn { return func(a, _ float64) float64 { return f(a) } }

var elementwiseSpecs = []Spec{
	unary("Abs", 1, cost.Vector, 1, "|x|", one(math.Abs)),
	unary("Neg", 1, cost.Vector, 1, "-x", one(func(x float64) float64 { return -x })),
	unary("Sign", 9, cost.Vector, 1, "-1, 0 or 1", one(sign)),
	unary("Floor", 1, cost.Vector, 1, "round down", one(math.Floor)),
	unary("Ceil", 1, cost.Vector, 1, "round up", one(math.Ceil)),
	unary("Round", 11, cost.Vector, 1, "round to nearest, halves to even", one(math.RoundToEven)),
	unary("Exp", 1, cost.Special, 1, "exponential", one(math.Exp)).withKind(Exponential).withAutocast(Widens),
	unary("Log", 1, cost.Special, 1, "natural logarithm", one(math.Log)).withAutocast(Widens),
	unary("Sqrt", 1, cost.Special, 1, "square root", one(math.Sqrt)),
	unary("Reciprocal", 1, cost.Special, 1, "1/x", one(func(x float64) float64 { return 1 / x })).withAutocast(Widens),
	unary("Sin", 7, cost.Special, 1, "sine", one(math.Sin)),
	unary("Cos", 7, cost.Special, 1, "cosine", one(math.Cos)),
	unary("Tan", 7, cost.Special, 1, "tangent", one(math.Tan)).withAutocast(Widens),
	unary("Asin", 7, cost.Special, 1, "arc sine", one(math.Asin)).withAutocast(Widens),
	unary("Acos", 7, cost.Special, 1, "arc cosine", one(math.Acos)).withAutocast(Widens),
	unary("Atan", 7, cost.Special, 1, "arc tangent", one(math.Atan)),
	unary("Sinh", 9, cost.Special, 1, "hyperbolic sine", one(math.Sinh)).withAutocast(Widens),
	unary("Cosh", 9, cost.Special, 1, "hyperbolic cosine", one(math.Cosh)).withAutocast(Widens),
	unary("Asinh", 9, cost.Special, 1, "inverse hyperbolic sine", one(math.Asinh)),
	unary("Acosh", 9, cost.Special, 1, "inverse hyperbolic cosine", one(math.Acosh)),
	unary("Atanh", 9, cost.Special, 1, "inverse hyperbolic tangent", one(math.Atanh)),
	unary("Erf", 9, cost.Special, 1, "error function", one(math.Erf)).withKind(Exponential),
	unary("Not", 1, cost.Vector, 1, "logical not", one(func(x float64) float64 { return truth[float64](x == 0) })),
	{Op: onnx("BitwiseNot"), Since: 18, Kind: Elementwise, Doc: "bitwise not", MinIn: 1, Infer: inferSame,
		Work: perElement(cost.Vector, 1)},
	predicate("IsNaN", 9, "whether x is not a number"),
	predicate("IsInf", 10, "whether x is infinite"),

	binary("Add", 1, cost.Vector, "a + b", func(a, b int64) int64 { return a + b },
		func(a, b float64) float64 { return a + b }).withKind(Arithmetic),
	binary("Sub", 1, cost.Vector, "a - b", func(a, b int64) int64 { return a - b },
		func(a, b float64) float64 { return a - b }).withKind(Arithmetic),
	binary("Mul", 1, cost.Vector, "a * b", func(a, b int64) int64 { return a * b },
		func(a, b float64) float64 { return a * b }).withKind(Arithmetic),
	binary("Div", 1, cost.Special, "a / b", intDiv, func(a, b float64) float64 { return a / b }).withKind(Arithmetic),
	powSpec().withAutocast(Widens),
	modSpec(),
	compare("Equal", 1, "a = b", equal[int64], equal[float64]),
	compare("Greater", 1, "a > b", greater[int64], greater[float64]),
	compare("Less", 1, "a < b", less[int64], less[float64]),
	compare("GreaterOrEqual", 12, "a >= b", atLeast[int64], atLeast[float64]),
	compare("LessOrEqual", 12, "a <= b", atMost[int64], atMost[float64]),
	compare("And", 1, "logical and", func(a, b int64) int64 { return truth[int64](a != 0 && b != 0) }, nil),
	compare("Or", 1, "logical or", func(a, b int64) int64 { return truth[int64](a != 0 || b != 0) }, nil),
	compare("Xor", 1, "logical exclusive or", func(a, b int64) int64 { return truth[int64]((a != 0) != (b != 0)) }, nil),
	binary("BitwiseAnd", 18, cost.Vector, "bitwise and", func(a, b int64) int64 { return a & b }, nil),
	binary("BitwiseOr", 18, cost.Vector, "bitwise or", func(a, b int64) int64 { return a | b }, nil),
	binary("BitwiseXor", 18, cost.Vector, "bitwise exclusive or", func(a, b int64) int64 { return a ^ b }, nil),
	{Op: onnx("BitShift"), Since: 11, Kind: Elementwise, Doc: "shift left or right", MinIn: 2,
		Infer: func(c *Call) error { return inferBroadcast(c, c.Type(0)) }, Work: perElement(cost.Vector, 1)},

	variadic("Max", 1, "largest of the inputs", func(a, b int64) int64 { return max(a, b) }, math.Max),
	variadic("Min", 1, "smallest of the inputs", func(a, b int64) int64 { return min(a, b) }, math.Min),
	variadic("Sum", 1, "sum of the inputs", func(a, b int64) int64 { return a + b },
		func(a, b float64) float64 { return a + b }),
	variadic("Mean", 1, "mean of the inputs", nil, nil),

	{Op: onnx("Where"), Since: 9, Kind: Elementwise, Doc: "choose from two tensors by a condition", MinIn: 3,
		Infer: func(c *Call) error { return inferBroadcast(c, c.Type(1)) }, Type: typeOf(1), Work: perElement(cost.Vector, 1),
		Fold: foldWhere},
	{Op: onnx("Clip"), Since: 1, Kind: Rectifier, Doc: "clamp between two bounds", MinIn: 1,
		Infer: inferSame, Work: perElement(cost.Vector, 2), Fold: foldClip},
	{Op: onnx("PRelu"), Since: 1, Kind: Rectifier, Doc: "leaky rectifier with a learnt slope", MinIn: 2,
		Autocast: Lowers,
		Infer:    inferOver(1, last), Work: perElement(cost.Vector, 2)},
	{Op: onnx("Identity"), Since: 1, Kind: View, Doc: "the input itself", MinIn: 1, Infer: inferIdentity},
	{Op: onnx("Cast"), Since: 1, Kind: Cast, Doc: "change the element type", MinIn: 1,
		Infer: inferCast, Type: castTarget, Work: perElement(cost.Vector, 1), Fold: foldCast},
	{Op: onnx("CastLike"), Since: 15, Kind: Cast, Doc: "change the element type to another tensor's", MinIn: 2,
		Infer: func(c *Call) error { c.SetOut(0, c.Type(1), c.Shape(0)...); return nil }, Type: typeOf(1),
		Work: perElement(cost.Vector, 1), Fold: foldCast},
	{Op: onnx("BitCast"), Since: 26, Kind: View, Doc: "read the same bits as another type of the same width",
		MinIn: 1, Infer: inferCast},
}

// sign returns -1, 0 or 1; a NaN stays one.
func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// powSpec returns a row of Pow: a known exponent of 2 or 3 is one or two multiplications, anything else a special
// function.
func powSpec() Spec {
	s := binary("Pow", 1, cost.Special, "a to the power of b",
		func(a, b int64) int64 { return int64(math.Pow(float64(a), float64(b))) }, math.Pow)
	s.Work = func(c *Call, k *cost.Cost) {
		if v := c.Value(1); v != nil && v.Len() == 1 && (v.Float(0) == 2 || v.Float(0) == 3) {
			k.AddWork(cost.Vector, c.Type(0), sat.Mul(v.Int(0)-1, OutElems(c, 0)))
			return
		}
		perElement(cost.Special, 1)(c, k)
	}
	return s
}

// modSpec returns the row of Mod. By fmod the remainder has the sign of the dividend, else that of
// the divisor.
func modSpec() Spec {
	s := binary("Mod", 10, cost.Special, "remainder", intMod, nil)
	s.Fold = func(c *Call) error {
		if c.Int("fmod", 0) != 0 {
			return foldBinary(c, func(a, b int64) int64 { return a - intDiv(a, b)*b }, math.Mod)
		}
		return foldBinary(c, intMod, nil)
	}
	return s
}

// inferIdentity passes on everything that is known of the input, its value included.
func inferIdentity(c *Call) error {
	c.SetInfo(0, *c.In(0))
	return nil
}

// castTarget returns the type that a Cast names; opsets 1 to 5 wrote its name.
func castTarget(c *Call) dtype.Type {
	if a := c.Node.Attr("to"); a != nil && a.Kind == graph.AttrString {
		return castName(a.Str)
	}
	return dtype.Type(c.Int("to", 0))
}

// inferCast changes the type and keeps the shape.
func inferCast(c *Call) error {
	t := castTarget(c)
	if !t.Valid() {
		return c.Errorf("attribute to names no element type")
	}
	c.SetOut(0, t, c.Shape(0)...)
	return nil
}
