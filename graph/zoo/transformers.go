package zoo

import "slices"

// transformers lists the image classifiers with attention behind the first ones.
var transformers = slices.Concat(deits, genericViTs, swins, levits, mobileViTs)
