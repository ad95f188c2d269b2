"""What phones ask for, on a real server: a class from its code to its end."""

import gzip
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from class_of import SEVEN, posted

from mnist_core.classroom import questions, rounds
from mnist_core.classroom.limits import Limits
from mnist_core.classroom.nicknames import told
from mnist_core.errors import StoreUnavailable
from mnist_core.network.network import pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import LOOK, NONE
from mnist_core.store.rooms.records import Kind
from web import modules
from web.classes.page import Page
from web.languages import languages
from web.networks import packed

KILOBYTE = 1024


def reason(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["reason"]


def joined(server, room, **headers):
    phone = server.phone(**headers)
    assert phone.post(f"/join/{room.code}/me").status_code == 200
    return phone


def until(what, *, within: float = 30.0):
    """What there is once there is something."""
    end = time.monotonic() + within
    while not (found := what()):
        assert time.monotonic() < end
        time.sleep(0.3)
    return found


def view(phone, room, **query):
    return phone.get(f"/join/{room.code}/view", params=query)


def test_a_phone_joins_draws_and_sees_what_it_sent(server, desk, room):
    phone = joined(server, room)
    shown = view(phone, room).json()
    assert shown["round"] is None and shown["own"] == [] and " " in shown["name"]
    desk.begin(room.code, Kind.DRAW, digits=(7,), prompt="A 7 as you write it at home")
    shown = view(phone, room).json()
    assert (shown["round"]["asks"], shown["round"]["digits"]) == ("draw", [7])
    assert shown["round"]["prompt"] == "A 7 as you write it at home"
    answer = phone.post(f"/join/{room.code}/answers", json=posted())
    assert answer.status_code == 200
    (own,) = view(phone, room).json()["own"]
    assert (own["id"], own["value"], own["strokes"]) == (answer.json()["id"], 7, SEVEN)


def test_what_is_sent_twice_counts_once(server, desk, room):
    phone = joined(server, room)
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    message = posted()
    first, again = (phone.post(f"/join/{room.code}/answers", json=message).json() for _ in range(2))
    assert first == again and desk.attendance(room.code).answers == 1
    desk.press(room.code, rounds.close)
    # It had arrived before the round was closed, whenever the phone asks.
    assert phone.post(f"/join/{room.code}/answers", json=message).json() == first


def test_a_phone_deletes_what_it_sent_and_leaves(server, desk, room):
    phone = joined(server, room)
    desk.begin(room.code, Kind.DRAW, digits=(7, 1))
    for slot in range(2):
        phone.post(f"/join/{room.code}/answers", json=posted(slot=slot))
    assert phone.delete(f"/join/{room.code}/answers").json() == {"deleted": 2}
    assert view(phone, room).json()["own"] == []
    assert [phone.delete(f"/join/{room.code}/me").status_code for _ in range(2)] == [200, 200]
    assert desk.attendance(room.code).people == () and reason(view(phone, room)) == (401, "member")


def test_another_name_is_drawn_by_lot(server, room):
    phone = joined(server, room)
    before = view(phone, room).json()["name"]
    after = phone.post(f"/join/{room.code}/nickname").json()["name"]
    assert before != after == view(phone, room).json()["name"]


def test_a_hundred_phones_that_wait_hear_of_a_press_by_one_look_at_a_time(server, desk, room):
    phones = [joined(server, room) for _ in range(30)]
    before, began = len(server.looks), time.monotonic()
    with ThreadPoolExecutor(30) as pool:
        waiting = [pool.submit(view, phone, room, since=0) for phone in phones]
        while len(server.looks) - before < 3:
            time.sleep(0.01)
        assert not any(each.done() for each in waiting)
        desk.begin(room.code, Kind.DRAW, digits=(3,))
        assert {each.result().json()["revision"] for each in waiting} == {1}
    assert len(server.looks) - before <= 4 * (time.monotonic() - began) + 2  # However many wait.


def test_one_who_waits_hears_that_the_class_has_ended_and_that_it_was_sent_out(server, desk, room):
    phone, other = joined(server, room), joined(server, room)
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(view, phone, room, since=0)
        others = view(other, room).json()["name"]
        (gone,) = (each.id for each in desk.attendance(room.code).people if told(each.nickname) != others)
        desk.send_out(room.code, gone)
        assert reason(waiting.result()) == (403, "removed")
        waiting = pool.submit(view, other, room, since=1)
        desk.end(room.code)
        assert reason(waiting.result()) == (404, "unknown")


def test_refusals_are_sentences_in_the_phones_language(server, desk, room):
    phone = joined(server, room)
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    desk.press(room.code, rounds.close)
    late = phone.post(f"/join/{room.code}/answers", json=posted(), params={"lang": "de"})
    assert reason(late) == (409, "closed") and late.json()["message"].startswith("Zu spät")
    desk.press(room.code, rounds.shut)
    shut = server.phone(**{"accept-language": "fi"}).post(f"/join/{room.code}/me")
    assert reason(shut) == (403, "shut") and "opettaja" in shut.json()["message"]
    assert "code" in server.phone().post("/join/BBBBBB/me").json()["message"]


def test_a_class_that_is_full_takes_no_more(serve, desk, room):
    server = serve(limits=Limits(people=2))
    for _ in range(2):
        joined(server, room)
    full = server.phone().post(f"/join/{room.code}/me")
    assert reason(full) == (403, "full") and "2" in full.json()["message"]


def test_the_code_is_read_however_it_is_typed(server, room):
    typed = f"{room.code[:3].lower()}-{room.code[3:]}"
    assert server.phone().post(f"/join/{typed}/me").status_code == 200
    assert f'"code": "{room.code}"' in server.phone().get(f"/join/{typed}").text


def test_each_language_of_a_browser_gets_the_page_in_it(server, room):
    for language in languages():
        page = server.phone(**{"accept-language": f"{language}-XX,{language};q=0.9"}).get(f"/join/{room.code}")
        assert f'<html lang="{language}">' in page.text and page.status_code == 200
    chosen = server.phone(**{"accept-language": "fr"}).get("/join", params={"lang": "es"})
    assert '<html lang="es">' in chosen.text and "Código" in chosen.text


def test_a_class_held_in_one_language_speaks_it_to_all(server, desk):
    room = desk.begin_class("fi", "de")
    shown = view(joined(server, room), room, lang="fr").json()
    assert (shown["language"], shown["languages"]) == ("fi", ["fi", "de"])
    assert view(joined(server, room), room, lang="de").json()["language"] == "de"


def test_questions_of_the_kit_are_asked_in_the_phones_language_and_a_teachers_own_as_written(server, desk, room):
    phone = joined(server, room)
    desk.begin(room.code, Kind.GUESS, question=questions.epoch([0.9, 0.912], 1))
    asked = view(phone, room, lang="de").json()["round"]["question"]
    assert "90,0\N{NO-BREAK SPACE}%" in asked["text"] and asked["choices"][0] == "Es wird schlechter"
    assert asked["answer"] is None
    matrix = np.zeros((10, 10), np.int64)
    matrix[3, 9] = 5
    desk.begin(room.code, Kind.GUESS, question=questions.pair(matrix))
    asked = view(phone, room, lang="de").json()["round"]["question"]
    assert "Eine 3, als 9 gelesen" in asked["choices"] and not any("→" in each for each in asked["choices"])
    desk.begin(room.code, Kind.GUESS, question=questions.own("Is it <b>sure</b>?", ("yes", "no"), 0))
    asked = view(phone, room, lang="de").json()["round"]["question"]
    assert (asked["text"], asked["choices"]) == ("Is it <b>sure</b>?", ["yes", "no"])


def test_a_vote_is_revealed_with_both_counts_and_what_is_right(server, desk, room):
    phone = joined(server, room)
    desk.begin(room.code, Kind.GUESS, question=questions.learns())
    for step in range(2):
        vote = {"round": 1, "step": step, "slot": 0, "take": 1, "sent": f"{step}" * 8, "value": step}
        assert phone.post(f"/join/{room.code}/answers", json=vote).status_code == 200
        desk.press(room.code, rounds.close)
        if not step:
            desk.advance(room.code)
    desk.press(room.code, rounds.reveal)
    shown = view(phone, room).json()["round"]
    assert shown["votes"] == [[1, 0, 0], [0, 1, 0]] and shown["question"]["answer"] == 1


def test_a_phone_reads_classmates_drawings_without_what_they_were_to_be(server, desk, room):
    phones = [joined(server, room) for _ in range(3)]
    desk.begin(room.code, Kind.FOOL, digits=(3,))
    for phone in phones:
        phone.post(f"/join/{room.code}/answers", json=posted())
    desk.press(room.code, rounds.close)
    desk.advance(room.code)
    shown = view(phones[0], room).json()
    assert shown["round"]["asks"] == "read" and len(shown["toRead"]) == 2
    assert all(set(each) == {"id", "strokes"} for each in shown["toRead"])
    said = {"round": 1, "step": 1, "slot": 0, "take": 1, "sent": "a" * 8, "value": 3, "about": shown["toRead"][0]["id"]}
    assert phones[0].post(f"/join/{room.code}/answers", json=said).status_code == 200
    assert desk.readings(room.code, 1) == [(shown["toRead"][0]["id"], 3)]
    desk.press(room.code, rounds.close)
    assert view(phones[1], room).json()["round"]["readBy"] == []  # Not before it is revealed.
    desk.press(room.code, rounds.reveal)
    told = [view(phone, room).json()["round"] for phone in phones]
    assert sorted(each["readBy"] for each in told) == [[0, 0], [0, 0], [1, 1]]
    assert not any(each["isReadable"] for each in told)  # One reader is too few.


def test_a_network_that_the_class_has_taught_is_its_own_on_phones(server, store, desk, room):
    phone = joined(server, room)
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    made = {"data_name": "MNIST", "data_digest": "d", "total_steps": 4}
    runs = [
        store.runs.create(
            TrainingConfig("linear", epochs=1), name=f"Linear, taught by class, lesson {lesson}", **made
        ).id
        for lesson in (1, 2)
    ]
    for run in runs:
        desk.press(room.code, rounds.taught(1, run))
        store.runs.progress.add_snapshot(run, step=4, epoch=1, network=pretrained("linear").to_bytes())
    desk.press(room.code, rounds.answer_with(runs[0], "hidden-draw-ready"))
    assert [each["name"] for each in view(phone, room).json()["networks"]] == ["Our network", "Hidden layer"]
    desk.press(room.code, rounds.answer_with(*runs))
    assert [each["name"] for each in view(phone, room, lang="de").json()["networks"]] == [
        "Unser Netz 1",
        "Unser Netz 2",
    ]


def test_phones_ask_the_network_that_the_wall_asks_whether_it_was_fooled(server, desk, room):
    phone = joined(server, room)
    desk.press(room.code, rounds.answer_with("linear-draw-ready", "hidden-draw-ready"))
    desk.begin(room.code, Kind.FOOL, digits=(3,))
    desk.press(room.code, rounds.close)
    desk.press(room.code, rounds.reveal)
    desk.press(room.code, rounds.answer_with("hidden-draw-ready", "linear-draw-ready"))  # The round keeps its own.
    told = view(phone, room).json()
    assert told["round"]["decides"] == told["networks"][1]["address"] and "linear" in told["networks"][1]["address"]
    desk.press(room.code, rounds.answer_with("hidden-draw-ready"))
    assert view(phone, room).json()["round"]["decides"] == ""


def test_phones_hear_that_drawings_are_kept(server, desk, room):
    phone = joined(server, room)
    assert view(phone, room).json()["kept"] is False
    desk.press(room.code, rounds.keep)
    assert view(phone, room).json()["kept"] is True


def test_the_test_image_of_a_question_comes_as_bytes_to_members_alone(serve, server, desk, room):
    phone = joined(server, room)
    assert phone.get(f"/join/{room.code}/image").status_code == 404  # Nothing is asked.
    desk.begin(room.code, Kind.GUESS, question=questions.mystery(3, 5))
    image = phone.get(f"/join/{room.code}/image")
    assert image.content == np.arange(784).astype(np.uint8).tobytes()
    assert reason(server.phone().get(f"/join/{room.code}/image")) == (401, "member")
    early = serve(test_image=lambda place: None)
    assert joined(early, room).get(f"/join/{room.code}/image").status_code == 404


def test_networks_are_fetched_once_and_change_their_address_with_their_weights(server, store, desk, room):
    phone = joined(server, room)
    (offered,) = view(phone, room, lang="de").json()["networks"]
    assert offered["name"] == "Versteckte Schicht"
    answer = phone.get(f"/join/{offered['address']}")
    assert answer.content == packed([("hidden-draw-ready", pretrained("hidden-draw-ready"))])
    assert "immutable" in answer.headers["cache-control"] and answer.headers["content-encoding"] == "gzip"
    assert phone.get(f"/join/{offered['address'][:-1]}x").status_code == 404
    assert phone.get("/join/networks/none/0123456789abcdef").status_code == 404


def test_a_taught_network_reaches_phones_and_one_that_is_deleted_leaves_them(server, store, desk, room):
    phone = joined(server, room)
    made = {"data_name": "MNIST", "data_digest": "d", "total_steps": 4, "name": "Our class"}
    run = store.runs.create(TrainingConfig("linear", epochs=1), **made).id
    desk.press(room.code, rounds.answer_with(run))
    assert view(phone, room).json()["networks"] == []  # It has learned nothing yet.
    store.runs.progress.add_snapshot(run, step=4, epoch=1, network=pretrained("linear").to_bytes())
    offered = until(lambda: view(phone, room).json()["networks"])[0]
    assert offered["name"] == "Our class"
    assert phone.get(f"/join/{offered['address']}").content == packed([(run, pretrained("linear"))])
    store.runs.delete(run)
    assert until(lambda: not view(phone, room).json()["networks"])


def test_the_page_is_small_with_all_that_it_loads_and_loads_nothing_from_elsewhere(server, room):
    phone = server.phone()
    page = phone.get(f"/join/{room.code}", headers={"accept-encoding": "identity"})
    places = re.findall(r'(?:href|src)="(/[^"]+)"', page.text)
    assert f"/{modules.address('phone/main.js')}" in places
    compressed = len(gzip.compress(page.content))
    for place in set(places):
        with phone.stream("GET", place, headers={"accept-encoding": "gzip"}) as answer:
            compressed += len(b"".join(answer.iter_raw()))
    assert compressed < 40 * KILOBYTE  # A third of what phones may have to load.
    network = gzip.compress(packed([("hidden", pretrained("hidden-draw-ready"))]))
    assert compressed + len(network) < 400 * KILOBYTE
    assert not re.search(r"(?:src|href)=\"(?!/|data:,)", page.text)


def test_the_page_loads_nothing_else_is_shown_nowhere_else_and_kept_nowhere(server, room):
    headers = server.phone().get(f"/join/{room.code}").headers
    policy = headers["content-security-policy"]
    for rule in ("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "form-action 'none'"):
        assert rule in policy
    assert "unsafe" not in policy and headers["cache-control"] == "no-store"


def test_nothing_in_an_address_becomes_part_of_the_page():
    page = Page(":root {}").html("en", code="</script><b>", base="")
    assert "</script><b>" not in page and "\\u003c/script>" in page


def test_phones_come_in_below_a_path(serve, desk, room):
    server = serve(base="/lab")
    phone = server.phone()
    page = phone.get(f"/join/{room.code}")
    assert page.status_code == 200 and f'"/lab/{modules.address("phone/main.js")}"' in page.text
    assert phone.post(f"/join/{room.code}/me").status_code == 200
    assert phone.get(f"{server.url.removesuffix('/lab')}/join").status_code == 404


def test_a_door_that_lets_guests_look_lets_phones_join_with_the_code_and_a_closed_one_does_not(serve, desk, room):
    assert joined(serve(guests=LOOK), room)
    closed = serve(guests=NONE).phone()
    assert closed.get(f"/join/{room.code}").status_code == 403
    assert closed.post(f"/join/{room.code}/me").status_code == 403
    assert desk.attendance(room.code).people != ()


def test_a_store_that_is_away_is_said_and_stalls_nobody_else(serve, room):
    asked, go_on = threading.Event(), threading.Event()

    def away():
        asked.set()
        go_on.wait(20)
        raise StoreUnavailable("The database does not answer.")

    server = serve(store=away)
    phone = server.phone()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(phone.post, f"/join/{room.code}/me")
        assert asked.wait(20)
        other = server.phone()  # Its page is answered while the first phone's request waits for the database.
        assert other.get(f"/join/{room.code}").status_code == 200
        assert other.get(f"/{modules.address('phone/main.js')}").status_code == 200
        go_on.set()
        assert reason(waiting.result()) == (503, "away")
