"""/chat and its widget: one form without JavaScript, the same conversation in place with it.

The server keeps no conversation: the signed state travels in a hidden field, and what was typed is neither
logged nor stored. Addresses hold ids only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, current_app, g, redirect, request, send_from_directory, url_for

from bot.chat.showing import shown
from bot.chat.state import State
from bot.chat.trail import earlier, onward
from bot.chat.votes import VOTES
from bot.web.shell import page
from eligibility.answers import FACT_NAMES, FactError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from bot.chat.conversation import Conversation
    from bot.chat.replies import Reply
    from bot.chat.showing import Shown
    from bot.chat.state import Seal
    from bot.chat.votes import VoteBox


def chat_blueprint(conversation: Conversation, seal: Seal, votes: VoteBox, origins: tuple[str, ...]) -> Blueprint:
    """The chat pages; `origins` are the sites that may show the widget."""
    base = conversation.base
    bp = Blueprint("chat", __name__, template_folder="templates")
    starts = base.section("topics")["smalltalk"].suggestions

    @bp.get("/chat/")
    def slash() -> ResponseReturnValue:
        there: dict[str, Any] = {**_ids()}
        return redirect(url_for("chat.ask", **there))

    @bp.get("/chat", endpoint="ask")
    def ask() -> ResponseReturnValue:
        """The empty page, or the reply that an address of ids replays."""
        facts = _ids()
        topic, rule, about = (facts.pop(name, "") for name in ("topic", "rule", "about"))
        if rule:
            if rule not in base.section("send_rules"):
                abort(404, "Cette règle d’envoi n’existe pas, ou plus. Posez votre question avec vos mots.")
            return show("chat/page.html", *conversation.about_rule(State(), rule))
        if topic:
            if topic not in base.section("topics"):
                abort(404, "Ce sujet n’existe pas, ou plus. Posez votre question avec vos mots.")
            return show("chat/page.html", *conversation.about_topic(State(), topic))
        if facts:
            try:
                return show("chat/page.html", *conversation.about_facts(State(), facts, about))
            except FactError as error:
                abort(422, str(error))
        return blank("chat/page.html")

    @bp.post("/chat")
    def answer() -> ResponseReturnValue:
        """A message without JavaScript → the page with this exchange."""
        return turn("chat/page.html")

    @bp.post("/chat/vote")
    def vote() -> ResponseReturnValue:
        """A vote on a topic; the conversation goes on from its state."""
        topic, said = request.form.get("topic", ""), request.form.get("vote", "")
        if topic not in base.section("topics") or said not in VOTES:
            abort(422, "Cet avis n’est pas de ceux qui sont proposés.")
        votes.add(g.today, topic, said)
        conversation.counts.voted(said)
        frame()
        return page(
            "chat/page.html",
            **_blank(),
            state=_kept(request.form.get("state")),
            trail=onward(request.form),
            thanks=True,
        )

    # The widget

    @bp.get("/widget")
    def widget() -> ResponseReturnValue:
        frame()
        return blank("chat/widget.html")

    @bp.post("/widget")
    def widget_answer() -> ResponseReturnValue:
        frame()
        return turn("chat/widget.html")

    @bp.get("/widget/demo")
    def demo() -> ResponseReturnValue:
        return page("chat/demo.html", origins=origins, here=request.host_url)

    @bp.get("/widget.js")
    def widget_script() -> ResponseReturnValue:
        response = send_from_directory(current_app.blueprints["shell"].static_folder or "", "widget.js")
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def frame() -> None:
        """This page may be shown in a frame of the listed sites."""
        g.frame_ancestors = " ".join(("'self'", *origins))

    # One turn

    def turn(template: str) -> ResponseReturnValue:
        g.answers_typed_text = True
        if "back" in request.form:
            return back(template)
        text = request.form.get("text", "").strip()
        state, reply = conversation.say(conversation.known(seal.open(request.form.get("state"))), text)
        return show(template, state, reply, text, onward(request.form))

    def back(template: str) -> ResponseReturnValue:
        """What was shown before the last message, as the browser cannot show it again."""
        trail = earlier(request.form)
        state = conversation.known(seal.open(trail.pop() if trail else None))
        shown_then = conversation.again(state)
        if shown_then is None:
            return page(template, **_blank(), state=seal.close(state))
        return show(template, *shown_then, trail=" ".join(trail))

    def show(template: str, state: State, reply: Reply, text: str = "", trail: str = "") -> ResponseReturnValue:
        view = shown(conversation, state, reply, g.today)
        return page(
            template,
            **_blank(),
            shown=view,
            state=seal.close(state),
            said="" if view.forget else text,
            forgotten=view.forget and bool(text),
            trail=trail,
        )

    def blank(template: str) -> ResponseReturnValue:
        return page(template, **_blank(), state=seal.close(State()))

    def _blank() -> dict[str, Any]:
        here = "chat.widget" if request.path.startswith("/widget") else "chat.ask"
        return {"answer_url": url_for(here), "starts": starts}

    def _kept(sealed: str | None) -> str:
        return seal.close(conversation.known(seal.open(sealed)))

    return bp


def _ids() -> dict[str, str]:
    """What an address of the chat may hold: a topic, a send rule, or facts."""
    return {name: request.args[name] for name in ("topic", "rule", "about", *FACT_NAMES) if request.args.get(name)}


def turn_html(view: Shown, state: str) -> str:
    """One reply as HTML, for the script that adds it to the page."""
    template = current_app.jinja_env.get_template("chat/turn.html")
    context: dict[str, Any] = {}
    current_app.update_template_context(context)
    html: str = template.make_module(context).reply_turn(view, state, url_for("chat.ask"))  # type: ignore[attr-defined]
    return html
