"""Pydantic where it is installed, which tells an author all that is wrong at once; else the light records."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import (
        AfterValidator,
        BaseModel,
        BeforeValidator,
        ConfigDict,
        Field,
        ModelWrapValidatorHandler,
        PlainSerializer,
        ValidationError,
        ValidationInfo,
        WrapValidator,
        field_validator,
        model_validator,
    )
    from pydantic_core import InitErrorDetails, PydanticCustomError
else:
    try:
        from pydantic import (
            AfterValidator,
            BaseModel,
            BeforeValidator,
            ConfigDict,
            Field,
            ModelWrapValidatorHandler,
            PlainSerializer,
            ValidationError,
            ValidationInfo,
            WrapValidator,
            field_validator,
            model_validator,
        )
        from pydantic_core import InitErrorDetails, PydanticCustomError
    except ImportError:
        from autograder.portable.light import (
            AfterValidator,
            BaseModel,
            BeforeValidator,
            ConfigDict,
            Field,
            InitErrorDetails,
            ModelWrapValidatorHandler,
            PlainSerializer,
            PydanticCustomError,
            ValidationError,
            ValidationInfo,
            WrapValidator,
            field_validator,
            model_validator,
        )

__all__ = [
    "AfterValidator",
    "BaseModel",
    "BeforeValidator",
    "ConfigDict",
    "Field",
    "InitErrorDetails",
    "ModelWrapValidatorHandler",
    "PlainSerializer",
    "PydanticCustomError",
    "ValidationError",
    "ValidationInfo",
    "WrapValidator",
    "field_validator",
    "model_validator",
]
