package ops

import (
	"fmt"
	"math/bits"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// ml names an operator of the classical machine-learning domain.
func ml(name string) graph.OpID { return graph.OpID{Domain: "ai.onnx.ml", Type: name} }

var mlSpecs = []Spec{
	{Op: ml("TreeEnsembleClassifier"), Since: 1, Kind: Opaque, Doc: "class by votes of decision trees", MinIn: 1,
		Infer: inferTreeClassifier, Work: treeWork, Bytes: treeBytes},
	{Op: ml("TreeEnsembleRegressor"), Since: 1, Kind: Opaque, Doc: "value by sums of decision trees", MinIn: 1,
		Infer: inferTreeRegressor, Work: treeWork, Bytes: treeBytes},
	{Op: ml("TreeEnsemble"), Since: 5, Kind: Opaque, Doc: "values by sums of decision trees", MinIn: 1,
		Infer: inferTreeEnsemble, Work: treeWork, Bytes: treeBytes},
	{Op: ml("LinearClassifier"), Since: 1, Kind: Gemm, Doc: "class by linear scores", MinIn: 1,
		Infer: inferLinearClassifier, Work: linearWork, Bytes: coefficientBytes},
	{Op: ml("LinearRegressor"), Since: 1, Kind: Gemm, Doc: "linear function", MinIn: 1, Infer: inferLinearRegressor,
		Work: linearWork, Bytes: coefficientBytes},
	{Op: ml("SVMClassifier"), Since: 1, Kind: Gemm, Doc: "class by support vectors", MinIn: 1,
		Infer: inferSVMClassifier, Work: svmWork, Bytes: coefficientBytes},
	{Op: ml("SVMRegressor"), Since: 1, Kind: Gemm, Doc: "value by support vectors", MinIn: 1, Infer: inferRows(1),
		Work: svmWork, Bytes: coefficientBytes},
	{Op: ml("Scaler"), Since: 1, Kind: Elementwise, Doc: "subtract an offset, multiply by a scale", MinIn: 1,
		Infer: inferFloat, Work: perElement(cost.Vector, 2)},
	{Op: ml("Normalizer"), Since: 1, Kind: Reduction, Doc: "scale rows to norm one", MinIn: 1, Infer: inferFloat,
		Work: work(3, 0)},
	{Op: ml("Binarizer"), Since: 1, Kind: Elementwise, Doc: "one above a threshold, else zero", MinIn: 1,
		Infer: inferSame, Work: perElement(cost.Vector, 1)},
	{Op: ml("Imputer"), Since: 1, Kind: Elementwise, Doc: "replace missing values", MinIn: 1, Infer: inferSame,
		Work: perElement(cost.Vector, 1)},
	{Op: ml("OneHotEncoder"), Since: 1, Kind: Move, Doc: "one-hot vectors of categories", MinIn: 1,
		Infer: inferOneHotEncoder},
	{Op: ml("LabelEncoder"), Since: 1, Kind: Elementwise, Doc: "map keys to values", MinIn: 1,
		Infer: inferLabelEncoder, Work: perElement(cost.Vector, 1)},
	{Op: ml("CategoryMapper"), Since: 1, Kind: Elementwise, Doc: "map between strings and integers", MinIn: 1,
		Infer: inferCategoryMapper, Work: perElement(cost.Vector, 1)},
	{Op: ml("ArrayFeatureExtractor"), Since: 1, Kind: Move, Doc: "pick columns", MinIn: 2, Infer: inferArrayFeature,
		Bytes: bytesTouched},
	{Op: ml("FeatureVectorizer"), Since: 1, Kind: Move, Doc: "join columns", MinIn: 1,
		Infer: inferFeatureVectorizer},
	{Op: ml("ZipMap"), Since: 1, Kind: Opaque, Doc: "scores to maps by class", MinIn: 1, Infer: inferZipMap,
		Work: perInput(1)},
	{Op: ml("DictVectorizer"), Since: 1, Kind: Opaque, Doc: "a map to a vector by vocabulary", MinIn: 1,
		Infer: inferDictVectorizer, Work: perElement(cost.Vector, 1)},
	{Op: ml("CastMap"), Since: 1, Kind: Opaque, Doc: "a map to a tensor", MinIn: 1, Infer: inferCastMap,
		Work: perElement(cost.Vector, 1)},
}

// listLen returns the number of members of a list attribute of any kind.
func listLen(c *Call, name string) int64 {
	a := c.Node.Attr(name)
	if a == nil {
		return 0
	}
	if a.Tensor != nil {
		return a.Tensor.Shape.Elems()
	}
	return int64(len(a.Ints) + len(a.Floats) + len(a.Strs))
}

// rows returns the number of samples: the first dim of [samples, features], 1 for a vector.
func rows(c *Call) int64 {
	if s := c.Shape(0); len(s) > 1 {
		return s[0]
	}
	return 1
}

// labels returns the classes of a classifier and the type of their labels.
func labels(c *Call) (int64, dtype.Type) {
	if n := listLen(c, "classlabels_strings") + listLen(c, "classlabels_string"); n > 0 {
		return n, dtype.String
	}
	return max(listLen(c, "classlabels_int64s")+listLen(c, "classlabels_ints"), 1), dtype.Int64
}

// setClassifier sets the outputs of a classifier: a label for each row, and so many scores of each.
func setClassifier(c *Call, scores int64) error {
	_, t := labels(c)
	c.SetOut(0, t, rows(c))
	c.SetOut(1, dtype.Float32, rows(c), scores)
	return nil
}

// inferTreeClassifier sets labels and scores; two classes may be stored as one.
func inferTreeClassifier(c *Call) error {
	n, _ := labels(c)
	return setClassifier(c, max(n, 2))
}

// inferTreeRegressor sets n_targets values for each row.
func inferTreeRegressor(c *Call) error {
	c.SetOut(0, dtype.Float32, rows(c), max(c.Int("n_targets", 1), 1))
	return nil
}

// inferTreeEnsemble sets n_targets values for each row, in the input's type.
func inferTreeEnsemble(c *Call) error {
	c.SetOut(0, c.Type(0), rows(c), max(c.Int("n_targets", 1), 1))
	return nil
}

// treeWork counts work: a sample walks every tree from root to leaf. A balanced tree of n nodes is log2 n deep, and
// each step is a comparison and an index computation.
func treeWork(c *Call, k *cost.Cost) {
	nodes := listLen(c, "nodes_featureids")
	trees := listLen(c, "tree_roots")
	if a := c.Node.Attr("nodes_treeids"); a != nil {
		seen := make(map[int64]bool)
		for _, id := range a.Ints {
			seen[id] = true
		}
		trees = int64(len(seen))
	}
	trees = max(trees, 1)
	depth := int64(bits.Len64(uint64(max(nodes/trees, 1))))
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(rows(c), sat.Mul(trees, 2*depth+1)))
}

// treeBytes adds the trees' tables, held in attributes: feature, threshold, two branches and a mode a
// node, about 20 bytes, of which a walk reads its path; all are read at most once.
func treeBytes(c *Call, k *cost.Cost) {
	DefaultBytes(c, k)
	k.Weights = sat.Add(k.Weights, sat.Mul(20, listLen(c, "nodes_featureids")))
}

// coefficientBytes adds the coefficients held in attributes, 4 bytes each.
func coefficientBytes(c *Call, k *cost.Cost) {
	DefaultBytes(c, k)
	k.Weights = sat.Add(k.Weights, sat.Mul(4, listLen(c, "coefficients")+listLen(c, "support_vectors")))
}

// inferLinearClassifier sets labels and scores; there are as many as intercepts.
func inferLinearClassifier(c *Call) error {
	n := listLen(c, "intercepts")
	if n == 0 {
		n, _ = labels(c)
	}
	if l, _ := labels(c); n == 1 && l == 2 { // one score makes two probabilities
		n = 2
	}
	return setClassifier(c, n)
}

// inferLinearRegressor sets targets values for each row.
func inferLinearRegressor(c *Call) error {
	c.SetOut(0, dtype.Float32, rows(c), max(c.Int("targets", 1), 1))
	return nil
}

// linearWork counts one multiply-add for each row and coefficient.
func linearWork(c *Call, k *cost.Cost) {
	k.AddMACs(dtype.Float32, sat.Mul(rows(c), listLen(c, "coefficients")))
}

// inferSVMClassifier sets labels and scores, one for each class.
func inferSVMClassifier(c *Call) error {
	n, _ := labels(c)
	return setClassifier(c, n)
}

// inferRows gives one row of n values a sample.
func inferRows(n int64) func(*Call) error {
	return func(c *Call) error { c.SetOut(0, dtype.Float32, rows(c), n); return nil }
}

// svmWork counts work: a kernel product with every support vector and one exponential each.
func svmWork(c *Call, k *cost.Cost) {
	k.AddMACs(dtype.Float32, sat.Mul(rows(c), listLen(c, "support_vectors")+listLen(c, "coefficients")))
	k.AddWork(cost.Special, dtype.Float32, sat.Mul(rows(c), max(listLen(c, "coefficients"), 1)))
}

// inferFloat sets a float output of the input's shape.
func inferFloat(c *Call) error {
	c.SetOut(0, dtype.Float32, c.Shape(0)...)
	return nil
}

// inferOneHotEncoder appends a dimension of as many elements as there are categories.
func inferOneHotEncoder(c *Call) error {
	n := listLen(c, "cats_int64s") + listLen(c, "cats_strings")
	out := append(append(c.NewShape(c.Rank(0) + 1)[:0], c.Shape(0)...), n)
	c.SetOut(0, dtype.Float32, out...)
	return nil
}

// inferLabelEncoder sets the outputs: the value type is that of the values list, or the other one of the pair in
// version 1.
func inferLabelEncoder(c *Call) error {
	t := dtype.Undefined
	switch {
	case c.Node.Attr("values_tensor") != nil && c.Node.Attr("values_tensor").Tensor != nil:
		t = c.Node.Attr("values_tensor").Tensor.Type
	case c.Node.Attr("values_strings") != nil:
		t = dtype.String
	case c.Node.Attr("values_int64s") != nil:
		t = dtype.Int64
	case c.Node.Attr("values_floats") != nil:
		t = dtype.Float32
	case c.Type(0) == dtype.String:
		t = dtype.Int64
	default:
		t = dtype.String
	}
	c.SetOut(0, t, c.Shape(0)...)
	return nil
}

// inferCategoryMapper maps strings to int64 or the other way, elementwise.
func inferCategoryMapper(c *Call) error {
	t := dtype.String
	if c.Type(0) == dtype.String {
		t = dtype.Int64
	}
	c.SetOut(0, t, c.Shape(0)...)
	return nil
}

// inferArrayFeature picks as many features of the last dimension as there are indices.
func inferArrayFeature(c *Call) error {
	in := c.Shape(0)
	if len(in) == 0 {
		return fmt.Errorf("ArrayFeatureExtractor takes [.., features], got a scalar")
	}
	n := c.Shape(1).Elems()
	if len(in) == 1 {
		c.SetOut(0, c.Type(0), 1, n)
		return nil
	}
	out := append(append(c.NewShape(len(in))[:0], in[:len(in)-1]...), n)
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferFeatureVectorizer joins the features of all inputs for each row.
func inferFeatureVectorizer(c *Call) error {
	n := int64(0)
	for i := range c.Node.Inputs {
		if s := c.Shape(i); len(s) > 0 {
			n = sat.Add(n, s[len(s)-1])
		}
	}
	c.SetOut(0, dtype.Float32, rows(c), n)
	return nil
}

// inferZipMap sets a sequence of maps from class to score; its length is known at run time.
func inferZipMap(c *Call) error {
	c.SetInfo(0, graph.Info{Kind: graph.KindSequence, Type: dtype.Float32,
		Of: &graph.Info{Kind: graph.KindMap, Type: dtype.Float32}})
	return nil
}

// inferDictVectorizer sets one row of as many elements as the vocabulary has.
func inferDictVectorizer(c *Call) error {
	t := dtype.Float32
	if in := c.In(0); in.Of != nil && in.Of.Type != dtype.Undefined {
		t = in.Of.Type
	}
	c.SetOut(0, t, 1, listLen(c, "int64_vocabulary")+listLen(c, "string_vocabulary"))
	return nil
}

// inferCastMap sets one row of at most max_map elements, in the type that cast_to names.
func inferCastMap(c *Call) error {
	t := dtype.Float32
	switch c.Str("cast_to", "TO_FLOAT") {
	case "TO_STRING":
		t = dtype.String
	case "TO_INT64":
		t = dtype.Int64
	}
	c.SetOutUpper(0, t, 1, max(c.Int("max_map", 1), 1))
	return nil
}
