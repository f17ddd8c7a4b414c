"""ALI: adversarially learned inference (Dumoulin et al. 2017), a GAN with an encoder."""
