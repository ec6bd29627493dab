"""The HTTP API for programs, one file for each subject."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1")
