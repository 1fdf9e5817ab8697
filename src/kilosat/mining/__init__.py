"""Mining: what machines earn, what they can pay for power, and the tariff that still pays them."""
