"""Files of the bot's own making: made when they are sent, in the right of the person they are sent to."""
