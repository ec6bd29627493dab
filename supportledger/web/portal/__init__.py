"""The portal for customers, one file for each subject."""

from fastapi import APIRouter

from supportledger.web.forms import TAKES_FORM
from supportledger.web.portal import public

router = APIRouter(include_in_schema=False, dependencies=[TAKES_FORM])
router.include_router(public.router)
