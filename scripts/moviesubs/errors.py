"""Errors that are the user's to solve."""


class UserError(Exception):
    """A problem with the user's input, setting or machine; its message is one line: which file, what is wrong, what to do."""


class SettingError(UserError):
    """A setting that cannot be had, with the way to it, so that the file and the line can be named in which it stands."""

    def __init__(self, reason: str, *keys: str | int) -> None:
        """Takes what is wrong with the setting, and its keys from the outermost one on: "asr", "model"."""
        super().__init__(f"config: {'.'.join(map(str, keys))}: {reason}")
        self.reason = reason
        self.keys = keys


#: exit status of a supervised child that ended with a UserError (EX_DATAERR of sysexits.h): to try again is no use
USER_ERROR = 65
