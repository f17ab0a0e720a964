"""What the command says of a backup that nobody could restore."""

from bot.cli.vault import SPEECH


def test_the_commands_own_words_say_what_is_not_proved():
    for key in ("cli.backup.not_restored", "cli.doctor.backup_not_restored"):
        assert "CREATEDB" in SPEECH.say(key)
