"""How the parts are built that `bot.app` puts together, each as the settings want it.

    basics      the keys, the store, the words; what every process and command needs
    linking     linking, and the ways in
    background  what the worker does beside answering
    places      what rooms that know no platform are told of one
    slack, telegram            the connection a platform's replies leave by
    slack_door, telegram_door  where a platform delivers what people say

A module of a platform is imported where the platform is set up: python-telegram-bot and Bolt take a
third of a second each.
"""
