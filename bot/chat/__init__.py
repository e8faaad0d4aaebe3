"""Messages in and replies out, in no platform's words. Values only, no markup.

    people    who speaks, where, who reads along
    messages  what a person said        unasked  what the bot has to say without being asked
    replies   what the person reads     phrases  its sentences     buttons, files  what goes with them

A reply is data until the last moment: it names phrases by key (`bot/locales` holds the sentences)
and carries orders as values; a handler renders it for its platform, in the reader's locale and time
zone. Everything here survives a trip through JSON (`pydantic.TypeAdapter`), because the inbox keeps it.
"""
