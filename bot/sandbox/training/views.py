"""/bac-a-sable/formation: a trainee's exercises, the trainer's board, the projector."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, request, url_for
from markupsafe import Markup

from bot.sandbox.training import classes
from bot.sandbox.training.drawing import qr_svg
from bot.sandbox.training.exercises import exercises_of
from bot.sandbox.training.references import sources_of, told_in_guide
from bot.sandbox.training.results import results_csv
from bot.sandbox.training.watching import Watch
from bot.sandbox.webmail.guard import guard
from bot.web.shell import page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from bot.sandbox.store.people import Participant
    from bot.sandbox.training.references import Reference
    from bot.sandbox.webmail.rooms import Rooms, Visit
    from knowledge.model import Exercise

EVERYONE = "tous"


def training_blueprint(rooms: Rooms) -> Blueprint:
    """The pages of a class over the same rooms."""
    bp = Blueprint("training", __name__, url_prefix="/bac-a-sable/formation", template_folder="templates")
    guard(bp, rooms)
    exercises = exercises_of(rooms.base)
    by_id = {exercise.id: exercise for exercise in exercises}
    reading = {one.id: (sources_of(one, rooms.base), told_in_guide(one, rooms.base)) for one in exercises}
    watch = Watch()
    trainee_routes(bp, rooms, by_id, reading, watch)
    trainer_routes(bp, rooms, exercises, watch)
    return bp


def trainee_routes(
    bp: Blueprint,
    rooms: Rooms,
    exercises: Mapping[str, Exercise],
    reading: Mapping[str, tuple[Sequence[Reference], Sequence[Reference]]],
    watch: Watch,
) -> None:
    """What each sees of their own work."""

    @bp.get("/exercices", endpoint="mine")
    def mine() -> ResponseReturnValue:
        """My exercises, step by step."""
        with rooms.visit() as visit:
            return page("training/mine.html", visit=visit, **_steps(visit))

    @bp.get("/exercices/etat", endpoint="my_steps")
    def my_steps() -> ResponseReturnValue:
        """The same steps alone, renewed while one works elsewhere."""
        with rooms.visit() as visit:
            return _tagged(page("training/steps.html", visit=visit, **_steps(visit)))

    @bp.post("/exercices/<name>/indice", endpoint="hint")
    def hint(name: str) -> ResponseReturnValue:
        with rooms.visit(writing=True) as visit:
            step = request.form.get("etape", "")
            if not classes.give_hint(visit.session, visit.me, _exercise(name), step, rooms.now()):
                abort(404, "Cette étape n’existe pas.")
        return redirect(url_for("training.mine", _anchor=name), 303)

    @bp.post("/exercices/<name>/recommencer", endpoint="again")
    def again(name: str) -> ResponseReturnValue:
        with rooms.visit(writing=True) as visit:
            classes.begin_again(visit.session, visit.me, [_exercise(name).id], rooms.now())
        return redirect(url_for("training.mine", _anchor=name), 303)

    @bp.get("/mon-lien", endpoint="my_link")
    def my_link() -> ResponseReturnValue:
        """The link that brings back the same place on another device."""
        with rooms.visit() as visit:
            return _link_page(visit, visit.me, visit.given.secret)

    def _steps(visit: Visit) -> dict[str, object]:
        progress = watch.progress(visit.session, list(exercises.values()), [visit.me])[visit.me.id]
        return {"progress": progress, "reading": reading}

    def _exercise(name: str) -> Exercise:
        if name not in exercises:
            abort(404, "Cet exercice n’existe pas.")
        return exercises[name]


def trainer_routes(bp: Blueprint, rooms: Rooms, exercises: Sequence[Exercise], watch: Watch) -> None:
    """What the trainer alone sees and does. Anyone else is told that the page is not there."""

    @bp.get("/tableau", endpoint="board")
    def board() -> ResponseReturnValue:
        """The trainer's page: the grid, live."""
        with rooms.visit() as visit:
            _trainer(visit)
            return page("training/board.html", visit=visit, **_grid(visit), told=request.args.get("fait", ""))

    @bp.get("/tableau/grille", endpoint="grid")
    def grid() -> ResponseReturnValue:
        with rooms.visit() as visit:
            _trainer(visit)
            return _tagged(page("training/grid.html", visit=visit, **_grid(visit)))

    @bp.get("/projecteur", endpoint="projector")
    def projector() -> ResponseReturnValue:
        """What the class sees on the wall: the code, and how far everyone is without a name."""
        with rooms.visit() as visit:
            _trainer(visit)
            address = url_for("sandbox.join", code=visit.world.code, _external=True)
            return page("training/projector.html", visit=visit, address=address, qr=_drawn(address), **_grid(visit))

    @bp.get("/projecteur/etat", endpoint="projected")
    def projected() -> ResponseReturnValue:
        with rooms.visit() as visit:
            _trainer(visit)
            return _tagged(page("training/projected.html", visit=visit, **_grid(visit)))

    @bp.post("/tableau/recommencer", endpoint="reset")
    def reset() -> ResponseReturnValue:
        """One trainee or all begin again; their nominative boxes are emptied when asked."""
        wanted, boxes = request.form.get("qui", ""), request.form.get("boites") == "1"
        with rooms.visit(writing=True) as visit:
            _trainer(visit)
            for person in _chosen(visit, wanted):
                classes.begin_again(visit.session, person, [one.id for one in exercises], rooms.now())
                if boxes:
                    classes.empty_boxes(visit.session, person)
        return redirect(url_for("training.board", fait="recommence"), 303)

    @bp.post("/tableau/lien", endpoint="new_link")
    def new_link() -> ResponseReturnValue:
        """A trainee who lost their browser comes back by a new link; the former one no longer opens anything."""
        with rooms.visit(writing=True) as visit:
            _trainer(visit)
            wanted = request.form.get("qui", "")
            if wanted == EVERYONE:
                abort(404, "Choisissez une seule personne.")
            (person,) = _chosen(visit, wanted)
            return _link_page(visit, person, classes.renew_secret(visit.session, person))

    @bp.get("/resultats.csv", endpoint="results")
    def results() -> ResponseReturnValue:
        with rooms.visit() as visit:
            _trainer(visit)
            people = classes.trainees_of(visit.session, visit.world.id)
            progress = watch.progress(visit.session, exercises, people)
            text = results_csv(people, progress, classes.parts_of(visit.session, visit.world.id))
            name = f"resultats-{visit.world.code}.csv"
        headers = {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        return text, 200, headers

    def _grid(visit: Visit) -> dict[str, object]:
        people = classes.trainees_of(visit.session, visit.world.id)
        return {
            "people": people,
            "progress": watch.progress(visit.session, exercises, people),
            "parts": classes.parts_of(visit.session, visit.world.id),
            "exercises": exercises,
            "title": classes.world_title(visit.world),
            "now": rooms.now(),
        }


def _trainer(visit: Visit) -> None:
    """The trainer of this class, and nobody else."""
    if visit.me.role != "trainer":
        abort(404, "Cette page est celle du formateur.")


def _chosen(visit: Visit, wanted: str) -> list[Participant]:
    """One trainee by number, or all of them; 404 when there is nobody."""
    people = classes.trainees_of(visit.session, visit.world.id)
    found = [person for person in people if wanted in (EVERYONE, str(person.id))]
    if not found:
        abort(404, "Personne de ce nom dans la session.")
    return found


def _link_page(visit: Visit, person: Participant, secret: str) -> str:
    address = url_for("sandbox.come_back", secret=secret, _external=True)
    return page("training/link.html", visit=visit, person=person, address=address, qr=_drawn(address))


def _drawn(address: str) -> Markup:
    return Markup(qr_svg(address))  # noqa: S704 - drawn here


def _tagged(html: str) -> Response:
    """A fragment with its mark: an unchanged one costs an empty answer."""
    mark = hashlib.sha256(html.encode()).hexdigest()[:24]
    if request.if_none_match.contains(mark):
        return Response(status=304, headers={"ETag": f'"{mark}"'})
    response = Response(html, mimetype="text/html")
    response.set_etag(mark)
    return response
