"""Errors that are the user's to solve."""


class UserError(Exception):
    """A problem with the user's input, setting or machine; its message is one line: which file, what is wrong, what to do."""


#: exit status of a supervised child that ended with a UserError (EX_DATAERR of sysexits.h): to try again is no use
USER_ERROR = 65
