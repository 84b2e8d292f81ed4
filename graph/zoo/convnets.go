package zoo

import "slices"

// convNets lists the convolutional classifiers behind the first ones.
func convNets() []Entry {
	return slices.Concat(alexNets(), squeezeNets(), inceptions(), shuffleNets(), shuffleNetV1s(), mnasNets(), mobileNetV1s(), tinies(),
		efficientNetV2s(), regNets(), regKin(), convNeXts(), convNeXtKin(),
		seResNets(), resnetKin(), smallNets(), hrNets(), vovNets(), dlas(), preactKin(), freeKin(), mobileKin(), ghostNets(), mobileNetV4s(), proxylessNets(), repVGGs(),
		cspNets(), byoNets(), hgNets(), mobileOnes(), repViTs(), focalNets(), mambaOuts(), tresNets(), dpns(),
		selecNets(), bandNets(), clipNets(), repGhosts())
}
