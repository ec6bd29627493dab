"""
Signing in and out, on pages: who somebody is, is found out by `desk.people`; here it becomes a cookie.

    choose.py      the page, and the link that comes by mail
    keys.py        passkeys and wallets, which a script of ours talks to
    steps.py       what is outstanding after the first step: a way to sign in again, a code
    demo.py        signing in as anybody, where that is what it is for
    cookies.py     the cookie, and where to go afterwards
"""

from fastapi import APIRouter, Depends

from supportledger.web.counting import count
from supportledger.web.forms import TAKES_FORM
from supportledger.web.sign_in import choose, demo, keys, steps
from supportledger.web.sign_in.cookies import to_sign_in

__all__ = ["router", "to_sign_in"]

router = APIRouter(include_in_schema=False, dependencies=[TAKES_FORM, Depends(count)])
router.include_router(choose.router)
router.include_router(demo.router)
router.include_router(keys.router)
router.include_router(steps.router)
