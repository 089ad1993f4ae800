"""What people see of the bot around the chat: name, descriptions, commands and menu, in their app's language."""

from typing import Any

from tests.telegram_world import TelegramWorld


def commands(*names: str) -> list[dict[str, str]]:
    return [{"command": name, "description": f"To {name}"} for name in names]


async def test_commands_are_looked_up_by_chat_then_private_then_default_each_with_language_first(
    world: TelegramWorld,
) -> None:
    reader = await world.person("Noor", language_code="ur-PK", started=True)
    mine, private = {"type": "chat", "chat_id": reader.id}, {"type": "all_private_chats"}
    shown = []
    steps: list[tuple[dict[str, Any], str]] = [
        ({}, "default"),
        ({"language_code": "ur"}, "default_ur"),
        ({"language_code": "ar"}, "default_ar"),
        ({"scope": private}, "private"),
        ({"scope": private, "language_code": "ur"}, "private_ur"),
        ({"scope": mine}, "mine"),
        ({"scope": mine, "language_code": "ur"}, "mine_ur"),
        ({"scope": {"type": "all_group_chats"}}, "groups"),
    ]
    for given, name in steps:
        await world.result("setMyCommands", commands=commands(name), **given)
        shown.append((await reader.chat()).commands[0]["command"])
    assert shown == ["default", "default_ur", "default_ur", "private", "private_ur", "mine", "mine_ur", "mine_ur"]


async def test_a_list_of_commands_is_read_back_and_deleted_where_it_was_set(world: TelegramWorld) -> None:
    scope = {"type": "all_private_chats"}
    await world.result("setMyCommands", commands=commands("cases", "stop"), scope=scope, language_code="ar")
    assert await world.result("getMyCommands", scope=scope, language_code="ar") == commands("cases", "stop")
    assert await world.result("getMyCommands") == []
    await world.result("deleteMyCommands", scope=scope, language_code="ar")
    assert await world.result("getMyCommands", scope=scope, language_code="ar") == []


async def test_name_and_descriptions_are_shown_in_the_persons_language_or_the_common_one(world: TelegramWorld) -> None:
    arab = await world.person("Amal", language_code="ar")
    french = await world.person("Luc", language_code="fr")
    for language, name in (("", "Nida"), ("ar", "نداء")):
        await world.result("setMyName", name=name, language_code=language)
        await world.result("setMyDescription", description=f"About {name}", language_code=language)
        await world.result("setMyShortDescription", short_description=f"{name}!", language_code=language)
    chats = [await arab.chat(), await french.chat()]
    assert [chat.bot_name for chat in chats] == ["نداء", "Nida"]
    assert [chat.description for chat in chats] == ["About نداء", "About Nida"]
    assert [chat.short_description for chat in chats] == ["نداء!", "Nida!"]
    assert await world.result("getMyName", language_code="ar") == {"name": "نداء"}
    assert await world.result("getMyDescription", language_code="ur") == {"description": "About Nida"}
    assert await world.result("getMyShortDescription") == {"short_description": "Nida!"}
    await world.result("setMyName", name="", language_code="ar")
    assert (await arab.chat()).bot_name == "Nida"


async def test_the_menu_button_of_one_chat_goes_before_that_of_all(world: TelegramWorld) -> None:
    reader = await world.person("Noor", started=True)
    assert await world.result("getChatMenuButton", chat_id=reader.id) == {"type": "commands"}
    web = {"type": "web_app", "text": "Open", "web_app": {"url": "https://example.org"}}
    await world.result("setChatMenuButton", chat_id=reader.id, menu_button=web)
    assert await world.result("getChatMenuButton", chat_id=reader.id) == web
    assert await world.result("getChatMenuButton") == {"type": "commands"}
    await world.result("setChatMenuButton", chat_id=reader.id, menu_button={"type": "default"})
    assert (await reader.chat()).raw["menu_button"] == {"type": "commands"}
