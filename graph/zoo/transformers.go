package zoo

import "slices"

// transformers lists the image classifiers with attention behind the first ones.
func transformers() []Entry {
	return slices.Concat(deits(), genericViTs(), vitKin(), xcits(), mixedKin(), pits(), mobileViT2s(), mixers(),
		metaFormers(), swins(), levits(), mobileViTs(), vitHybrids(), efficientViTs(), crossViTs(), volos(), hieras(), daViTs(), edgeNeXts(),
		fastViTs(), twinNets(), pvtV2s(), mvits(), tinyViTs(), vitamins(), nests(), coaTs())
}
