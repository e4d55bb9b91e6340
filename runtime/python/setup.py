"""The C accelerator, which a wheel brings where it can be compiled. All else is in pyproject.toml."""

from glob import glob

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            "loopscope._accelerate",
            sorted(glob("loopscope/accelerator/*.c")),
            depends=sorted(glob("loopscope/accelerator/*.h")),
            optional=True,
        )
    ]
)
