"""What people have uploaded and pages have not let go of yet."""

from __future__ import annotations

from collections.abc import Mapping

from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager


def held() -> Mapping[str, int]:
    """Bytes of uploaded files that wait in memory, by session."""
    if not runtime.exists():
        return {}
    manager = runtime.get_instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager)  # Streamlit has no other.
    storage = manager.file_storage
    return {session: sum(len(file.data) for file in list(files.values())) for session, files in list(storage.items())}
