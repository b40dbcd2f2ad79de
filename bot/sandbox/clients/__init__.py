"""Mail clients and business software: how to set them up, what lets them in, what they and the doors said."""
