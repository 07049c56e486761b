/** The entry: puts the application into the page. */
import { mount } from 'svelte';
import './app.css';
import App from './app/App.svelte';

mount(App, { target: document.body });
