"""The console for staff, one file for each subject."""

from fastapi import APIRouter

from supportledger.web.forms import TAKES_FORM

router = APIRouter(include_in_schema=False, dependencies=[TAKES_FORM])
