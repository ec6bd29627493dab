"""The HTTP API for programs, one file for each subject."""

from fastapi import APIRouter

from supportledger.web.api import agents, contacts, policies

router = APIRouter(prefix="/api/v1")
for _room in (
    agents,
    contacts,
    policies,
):
    router.include_router(_room.router)
