"""The portal for customers, one file for each subject."""

from fastapi import APIRouter, Depends

from supportledger.web.counting import count
from supportledger.web.forms import TAKES_FORM
from supportledger.web.portal import acting, chat, claiming, keys, papers, public, tickets

router = APIRouter(include_in_schema=False, dependencies=[TAKES_FORM, Depends(count)])
router.include_router(public.router)
router.include_router(keys.router)
router.include_router(tickets.router)
router.include_router(papers.router)
router.include_router(claiming.router)
router.include_router(acting.router)
router.include_router(chat.router)
