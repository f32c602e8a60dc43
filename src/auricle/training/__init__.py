"""LEARN: data, augmentation, network, distillation, fitting and export (extra ``train``)."""
