"""WhatsApp through Twilio: reading is pure, sending goes through the ``twilio`` package."""

from bot.channels.whatsapp.channel import WhatsApp

__all__ = ["WhatsApp"]
